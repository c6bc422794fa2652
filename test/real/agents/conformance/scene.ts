import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Subject } from '../jobs/subject.ts';
import type { Disk } from './disk.ts';
import type { Reply, Request } from './held-model.ts';
import { Hold } from './hold.ts';
import { endInWords, type Life } from './life.ts';
import { answerTo, FINAL, type Hands, type Letter, lettersOf, type Step, stepFor } from './mind.ts';
import type { Point } from './point.ts';
import { quiet } from './quiet.ts';

/** A call that waits this long for a permission waits for good. */
const WAITS_MS = 8000;
/** One that asks no more for this long after its disk was full goes no further: cline reports it, and stays. */
const STUCK_MS = 30_000;
/** A summary that is asked for in the background is asked for within this time. */
const BESIDE_MS = 5000;
const DEADLINE_MS = 90_000;
export const PART = 'Now I will do the second step';
const REFUSED = {
  status: 429,
  headers: { 'retry-after': '60' },
  body: { error: { type: 'rate_limit_error', code: 429, status: 'RESOURCE_EXHAUSTED', message: 'Rate limit reached, try again later' } },
};

/** The first life of a cell: the model leads the agent to its point, and holds it there. */
export class Scene {
  readonly effects: string;
  /** What the agent received whole, besides what was in its last request. */
  readonly received: ('part' | 'final' | `call ${Letter}`)[] = [];
  readonly #point: Point;
  readonly #subject: Subject;
  readonly #hands: Hands;
  readonly #hold = new Hold();
  readonly #directory: string;
  /** Where the agent keeps its sessions. */
  readonly #sessions: string;
  #isReached = false;
  #isOver = false;
  #filledMs: number | null = null;
  #asked = 0;
  #session: string | null = null;
  /** The disk that the point fills. */
  disk: Disk | null = null;

  constructor(point: Point, subject: Subject, directory: string, home: string) {
    this.#sessions = join(home, subject.sessions);
    this.#point = point;
    this.#subject = subject;
    this.#directory = directory;
    this.effects = join(directory, 'effects.txt');
    this.#hands = { subject, effects: this.effects };
  }

  /** How often each effect was made. */
  counted(): Partial<Record<Letter, number>> {
    const all = existsSync(this.effects) ? readFileSync(this.effects, 'utf8').split('\n') : [];
    return Object.fromEntries(lettersOf(this.#point).map((letter) => [letter, all.filter((one) => one === letter).length]));
  }

  /** From here on the model only answers, and lets go of what it held. */
  release(): void {
    this.#isOver = true;
    writeFileSync(join(this.#directory, 'go'), '');
    this.#hold.go();
  }

  /** Waits until the agent is at its point. Returns why it cannot be brought there, or null. */
  async reach(life: Life): Promise<string | null> {
    const deadline = performance.now() + DEADLINE_MS;
    while (!this.#isThere(life)) {
      if (life.ended !== null && life.programs().length === 0) return this.#endedFirst(life);
      if (performance.now() > deadline) return `not within ${DEADLINE_MS / 1000} s: ${this.#asked} requests, then nothing`;
      await setTimeout(10);
    }
    await quiet(this.#sessions);
    if (life.ended === null || this.#point === 'disk-full') return null;
    return this.#endedFirst(life);
  }

  async reply(request: Request): Promise<Reply> {
    this.#asked++;
    this.#session ??= request.session;
    const isOther = !this.#isOver && request.session !== this.#session;
    const step = stepFor(request, lettersOf(this.#point), isOther);
    const isLast = 'letter' in step ? step.letter !== 'A' && step.kind !== 'look' : step.kind === 'summary';
    if (!this.#isOver && isLast) {
      // What came before the last step was on the disk long before the power goes.
      await quiet(this.#sessions);
      this.disk?.sync();
    }
    return (this.#isOver ? null : this.#twist(step)) ?? { answer: answerTo(step, this.#hands) };
  }

  #endedFirst(life: Life): string | null {
    if (this.#filledMs !== null) return null;
    const how = life.ended === null ? 'it ended' : endInWords(life.ended);
    if (this.#point === 'refused') return `it does not wait, but ends with ${how}`;
    if (this.#point === 'permission')
      return `it never waits without a terminal: the call is ${this.#counted('B') > 0 ? 'made' : 'refused'} at once, and the turn goes on (${how})`;
    if (this.#point === 'compaction') return `no summary was requested when the context was reported as nearly full (${how})`;
    return `it ended before: ${how}`;
  }

  #counted(letter: Letter): number {
    return this.counted()[letter] ?? 0;
  }

  #waitsSinceMs = 0;

  #isThere(life: Life): boolean {
    switch (this.#point) {
      case 'in-tool':
        return existsSync(join(this.#directory, 'begun'));
      case 'after-effect':
        return this.#counted('B') > 0;
      case 'turn-end':
        return this.#isReached && /exit_group\(/.test(this.trace());
      case 'disk-full':
        return this.#isReached || (this.#filledMs !== null && performance.now() > this.#filledMs + STUCK_MS);
      case 'permission':
        return (
          this.#waitsSinceMs > 0 && performance.now() > this.#waitsSinceMs + WAITS_MS && this.#counted('B') === 0 && life.ended === null
        );
      default:
        return this.#isReached;
    }
  }

  /** What strace wrote. */
  trace(): string {
    const path = join(this.#directory, 'trace');
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  async #besideSummary(): Promise<void> {
    const deadline = performance.now() + BESIDE_MS;
    while (!this.#isReached && performance.now() < deadline) await setTimeout(50);
    if (this.#isReached) await this.#hold.let;
  }

  /** What the point makes of a step, or null if nothing. */
  #twist(step: Step): Reply | null {
    const answer = answerTo(step, this.#hands);
    const doesB = step.kind !== 'title' && 'letter' in step && step.letter === 'B';
    const held = (reply: Reply): Reply => {
      this.#isReached = true;
      return reply;
    };
    switch (this.#point) {
      case 'first-word':
        return step.kind === 'do' ? held({ answer, headers: this.#hold.let }) : null;
      case 'mid-answer':
        if (!doesB) return null;
        this.received.push('part');
        return held({ answer: { text: PART }, end: this.#hold.let });
      case 'before-tool':
        return doesB ? held({ answer, end: this.#hold.let }) : null;
      case 'in-tool':
      case 'after-effect': {
        // One that outlives its signal, and its call, is answered as always.
        if (!doesB || step.kind !== 'do') return null;
        this.received.push('call B');
        const wait = `until test -e ${this.#directory}/go; do sleep 0.1; done`;
        const effect = `echo B >> ${this.effects}`;
        const before = this.#point === 'in-tool' ? `touch ${this.#directory}/begun; ${wait}; ${effect}` : `${effect}; ${wait}`;
        return { answer: this.#subject.shell(`${before}; printf 'ran-%s' B`) };
      }
      case 'between':
        return step.kind === 'end' ? held({ answer, headers: this.#hold.let }) : null;
      case 'compaction':
        if (step.kind === 'summary') return held({ answer, headers: this.#hold.let });
        // Some ask for the summary beside the next step.
        if (doesB) return { answer, headers: this.#besideSummary() };
        return 'letter' in step && step.letter === 'A'
          ? { answer, usage: { input: this.#subject.nearlyFull ?? 120_000, cacheRead: 0 } }
          : null;
      case 'refused':
        return doesB ? held({ answer: REFUSED }) : null;
      case 'permission':
        if (step.kind === 'do' && doesB) {
          this.#waitsSinceMs = performance.now();
          return null;
        }
        // The call was answered: the turn goes on.
        if (this.#waitsSinceMs > 0 && step.kind !== 'title') {
          this.#waitsSinceMs = 0;
          return { answer: { text: FINAL } };
        }
        return null;
      case 'sub-agent':
        if ('letter' in step && step.kind === 'do' && step.letter === 'S') this.received.push('call S');
        // Some go on while their sub-agent works: they wait here for its result.
        if (step.kind === 'look' && step.letter === 'S') return { answer, headers: this.#hold.let };
        return step.kind === 'sub-end' ? held({ answer, headers: this.#hold.let }) : null;
      case 'turn-end':
        if (step.kind !== 'end') return null;
        this.received.push('final');
        return held({ answer });
      case 'disk-full':
        if (doesB) {
          this.#filledMs = performance.now();
          this.disk?.fill();
          this.received.push('call B');
          return null;
        }
        return this.received.length > 0 && step.kind !== 'title' ? held({ answer, headers: this.#hold.let }) : null;
    }
  }
}
