import type { Answer } from '../../../src/core/asks/ask.ts';
import { isOver } from '../../../src/core/model/run.ts';
import { gotOf } from '../checks/asks.ts';
import type { AttemptProcesses } from './attempt.ts';
import type { Machine } from './machine.ts';

const LOOK_EVERY_MS = 1000;
/** How long beyond the grace time it waits for a watchdog. */
const BEYOND_GRACE_MS = 60_000;

export type Got = Pick<Answer, 'says' | 'by'> & {
  /** Why it was denied without an answer in the state, or null if the state has one. */
  readonly own: 'refused' | 'over' | 'forgotten' | 'gave up' | null;
};

const denied = (own: Got['own']): Got => ({ says: 'no', by: 'nobody', own });

/**
 * The process of an agent that asks a person and waits for the answer, as `dogwatch ask-server`
 * does: it reads the state, and takes the answer before it passes it on.
 */
export class Asking {
  readonly run: string;
  readonly attempt: number;
  readonly text: string;
  readonly request: string;
  readonly sinceMs: number;
  /** The number of the question in the state, or null until it is known. */
  number: number | null = null;
  isOver = false;
  readonly #machine: Machine;
  readonly #processes: AttemptProcesses;
  readonly #heard: () => void;
  #isTaking = false;

  constructor(machine: Machine, processes: AttemptProcesses, text: string, heard: () => void) {
    this.#machine = machine;
    this.#processes = processes;
    this.#heard = heard;
    this.run = processes.run;
    this.attempt = processes.attempt;
    this.text = text;
    this.sinceMs = machine.clock.nowMs;
    machine.person.isAsked(this);
    const { run, attempt } = this;
    const ask = { key: text, of: 'permission', text } as const;
    this.request = machine.request((request) => ({ kind: 'agent.asked', run, request, attempt, genuine: true, ask }));
    this.#lookAgain();
  }

  /** It waits, and a watchdog knows about it. */
  get isHeard(): boolean {
    return !this.isOver && this.#processes.isAlive && this.#machine.disk.replies.get(this.request)?.accepted === true;
  }

  #lookAgain(): void {
    this.#machine.clock.after(LOOK_EVERY_MS, () => {
      if (!this.#processes.isAlive) return;
      const got = this.#look();
      if (got === null) this.#lookAgain();
      else this.#gets(got);
    });
  }

  /** What it passes on, or null if it waits on. */
  #look(): Got | null {
    const { disk, clock } = this.#machine;
    const { run, attempt, request } = this;
    const reply = disk.replies.get(request);
    const known = disk.runs.get(run);
    const found = known?.asks?.all.find((one) => one.request === request);
    this.number = found?.number ?? this.number;
    if (reply?.accepted === false) return denied('refused');
    if (found?.taken === true && found.answer !== null) return { says: found.answer.says, by: found.answer.by, own: null };
    if (known !== undefined && isOver(known)) return denied('over');
    if (found?.answer != null && !this.#isTaking) {
      this.#isTaking = true;
      this.#machine.request((id) => ({ kind: 'answer.taken', run, request: id, attempt, genuine: true, ask: request }));
      return null;
    }
    if (reply?.accepted === true && found === undefined) return denied('forgotten');
    return clock.nowMs - this.sinceMs > this.graceMs + BEYOND_GRACE_MS ? denied('gave up') : null;
  }

  get graceMs(): number {
    return this.#machine.planOf(this.run).asks?.graceMs ?? 0;
  }

  #gets(got: Got): void {
    this.isOver = true;
    const broken = gotOf(this, got, this.#machine);
    if (got.own !== 'gave up') this.#machine.person.isOver(this);
    if (broken !== null) this.#machine.breaks(broken.invariant, broken.what);
    this.#heard();
  }
}
