import type { Observable, SchedulerLike } from 'rxjs';
import { isToBeat } from '../../src/core/fleet/beat.ts';
import type { Outbox } from '../../src/core/fleet/outbox.ts';
import type { LeaseTimes } from '../../src/core/fleet/times.ts';
import { Sender, type SenderDeps } from './sender.ts';

export interface BeatDeps extends Pick<SenderDeps, 'engine' | 'now' | 'seal' | 'report'> {
  /** The key of this host. */
  readonly key: string;
  readonly times: LeaseTimes;
  /** What this host says of itself now, as a document. */
  says(): string;
  readonly scheduler?: SchedulerLike;
}

/** A host's row, sent anew with each renewal: that it changes is what shows that the host lives. */
export class Beats {
  readonly #deps: BeatDeps;
  readonly #sender: Sender;
  #saidMs = Number.NEGATIVE_INFINITY;
  #ackedMs = Number.NEGATIVE_INFINITY;
  #isEnding = false;
  #posted: (() => void) | null = null;

  constructor(deps: BeatDeps) {
    this.#deps = deps;
    // Nothing of it is stored: the number of a beat is the time, and if the clock was set back the
    // engine still has the last one.
    this.#sender = new Sender({
      ...{ engine: deps.engine, now: deps.now, seal: deps.seal, report: deps.report, bucket: 'hosts', prefix: deps.key, isAlone: true },
      ...(deps.scheduler === undefined ? {} : { scheduler: deps.scheduler }),
      before: () => this.#beat(),
      wakes: () => this.#saidMs + deps.times.renewMs,
      stepped: (outbox) => this.#stepped(outbox),
    });
  }

  get beating$(): Observable<never> {
    return this.#sender.sending$;
  }

  /** When the last beat was sent that the engine has acknowledged. */
  get ackedMs(): number {
    return this.#ackedMs;
  }

  /** Says something at once, for the last time, and waits for a while until the engine has it. */
  async farewell(document: string, mostMs: number): Promise<void> {
    this.#isEnding = true;
    if (Number.isFinite(this.#ackedMs))
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, mostMs);
        this.#posted = () => {
          clearTimeout(timer);
          resolve();
        };
        this.#sender.changed(new Map([['', document]]));
      });
  }

  #beat(): void {
    const { nowMs } = this.#deps.now();
    if (this.#isEnding || !isToBeat(this.#sender.outbox, this.#saidMs, nowMs, this.#deps.times)) return;
    this.#saidMs = nowMs;
    this.#sender.say('', this.#deps.says());
  }

  #stepped({ rows }: Outbox): void {
    if (rows.get('')?.isPosted !== true) return;
    this.#ackedMs = this.#saidMs;
    if (this.#isEnding) this.#posted?.();
  }
}
