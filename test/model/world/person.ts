import { openAsks } from '../../../src/core/asks/ask.ts';
import type { Notice } from '../../../src/core/notices/notice.ts';
import { MINUTE, SECOND } from '../../kit/core/world.ts';
import { Chance } from '../programs/chance.ts';
import type { Asking } from './asking.ts';
import type { Machine } from './machine.ts';

/** What the person typed, and in answer to what. */
export interface Typed {
  readonly run: string;
  readonly text: string;
  readonly says: 'yes' | 'no' | 'text';
  readonly always: boolean;
  readonly request: string;
  /** A process got it. */
  isUsed: boolean;
}

/**
 * The person who is asked: reads the notices, and types what stands there, in time, late, never, or
 * twice.
 */
export class Person {
  readonly typed: Typed[] = [];
  readonly #machine: Machine;
  readonly #read = new Set<string>();
  /** Since when each question waits for its end (ms since the program began), by run and text. */
  readonly #sinceMs = new Map<string, number>();
  #chance: Chance | null = null;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  isAsked({ run, text, sinceMs }: Asking): void {
    const key = `${run}/${text}`;
    const known = this.#machine.disk.runs.get(run);
    // It stays open although the process that asked has given up or died, until a watchdog denies it.
    const isOpen = known !== undefined && openAsks(known).some((one) => one.text === text);
    this.#sinceMs.set(key, (isOpen ? this.#sinceMs.get(key) : undefined) ?? sinceMs);
  }

  isOver({ run, text }: Asking): void {
    this.#sinceMs.delete(`${run}/${text}`);
  }

  /** When the same was asked first, since it was last answered or denied. */
  askedMs({ run, text, sinceMs }: Asking): number {
    return this.#sinceMs.get(`${run}/${text}`) ?? sinceMs;
  }

  hasRead({ run, number }: Asking): boolean {
    return this.#read.has(`question ${number}/${run}`);
  }

  reads({ cause, state, sentence, commands }: Notice): void {
    const [, run] = /^question (?:\d+)\/(.*)$/.exec(cause) ?? [];
    if (run === undefined || state === 'cleared' || this.#read.has(cause)) return;
    this.#read.add(cause);
    const text = /question \d+: (\S+);/.exec(sentence)?.[1] ?? '';
    const number = /^dogwatch answer \S+ yes --question (\d+)$/.exec(commands[0] ?? '')?.[1];
    if (number === undefined || text === '') {
      this.#machine.breaks(18, `no command answers what ${cause} asks: ${commands[0]}`);
      return;
    }
    this.#chance ??= new Chance(this.#machine.program.seed ^ 0x9e15);
    const graceMs = this.#machine.planOf(run).asks?.graceMs ?? 0;
    const says = this.#chance.of(['yes', 'yes', 'no', 'text'] as const);
    const always = this.#chance.oneIn(4);
    const inTimeMs = this.#chance.between(SECOND, graceMs - 30 * SECOND);
    const lateMs = graceMs + this.#chance.upTo(5 * MINUTE);
    const when = this.#chance.of([[inTimeMs], [inTimeMs], [inTimeMs], [lateMs], [], [inTimeMs, inTimeMs + this.#chance.upTo(MINUTE)]]);
    for (const [index, ms] of when.entries()) this.#types({ run, text, says: index === 0 ? says : 'no', always }, Number(number), ms);
  }

  #types(typed: Omit<Typed, 'request' | 'isUsed'>, number: number, afterMs: number): void {
    const machine = this.#machine;
    const { run, says, always } = typed;
    machine.clock.after(afterMs, () =>
      machine.whenOn(() => {
        const command = { kind: 'answer', number, says, text: says === 'text' ? 'wait' : '', always } as const;
        // It may be decided about at once.
        machine.request((request) => {
          this.typed.push({ ...typed, request, isUsed: false });
          return { kind: 'operator.requested', run, request, command };
        });
      }),
    );
  }
}
