import { delivered, dueInMs, isSettled } from '../../../src/core/notices/schedule.ts';
import type { NoticeOutbox } from '../../../src/store/notice-outbox.ts';
import type { Monitor } from '../checks/monitor.ts';
import type { Later } from './effects.ts';
import type { Machine } from './machine.ts';

const CHANNEL = 'web';
const SENDING_MS = 50;

/** A channel that notifies a person, as often as the core's schedule says. */
export class Deliveries {
  readonly #machine: Machine;
  readonly #monitor: Monitor;
  readonly #outbox: NoticeOutbox;
  readonly #later: Later;
  readonly #failed: (error: unknown) => void;
  #turn = 0;

  constructor(machine: Machine, monitor: Monitor, outbox: NoticeOutbox, later: Later, failed: (error: unknown) => void) {
    this.#machine = machine;
    this.#monitor = monitor;
    this.#outbox = outbox;
    this.#later = later;
    this.#failed = failed;
  }

  /** The notices may have changed. */
  schedule(): void {
    this.#turn += 1;
    const turn = this.#turn;
    const { now } = this.#machine.clock;
    const waits = this.#outbox.notices.flatMap((notice) => dueInMs(notice, CHANNEL, now) ?? []);
    if (waits.length === 0) return;
    this.#later(SENDING_MS + Math.min(...waits), () => {
      if (turn === this.#turn) this.#tell();
    });
  }

  #tell(): void {
    const { clock, channelDownUntilMs } = this.#machine;
    const { now } = clock;
    const isDown = clock.nowMs < channelDownUntilMs;
    for (const notice of this.#outbox.notices.filter((one) => dueInMs(one, CHANNEL, now) === 0)) {
      if (!isDown) this.#monitor.delivers(notice);
      const became = isDown ? ({ kind: 'refused', because: 'it is down', isRetryable: true } as const) : ({ kind: 'accepted' } as const);
      const after = delivered(notice, CHANNEL, notice, became, now, this.#machine.chance());
      try {
        this.#outbox.change(isSettled(after, [CHANNEL], now) ? { kept: [], dropped: [after.id] } : { kept: [after], dropped: [] });
      } catch (error) {
        this.#failed(error);
        return;
      }
    }
    this.schedule();
  }
}
