import { causeAt, key } from '../../src/core/model/cause.ts';
import type { Instant } from '../../src/core/model/facts.ts';
import { clear, type Notice, type NoticeChanges } from '../../src/core/notices/notice.ts';
import { adopted, type FleetCause, noticeId } from '../../src/fleet/notices/draft.ts';

/** The notices of this host, and the channels to which they are delivered. */
export interface Channelled {
  readonly channels: readonly string[];
  readonly outbox: {
    readonly notices: readonly Notice[];
    notice(id: string): Notice | null;
    change(changes: NoticeChanges): void;
  };
  /** Something is due at once. */
  wake(): void;
}

/** Every host has it: what is only written there has reached nobody if there is another channel. */
const LOG = 'log';
/** As after a first notice of this host's own. */
const REMIND_MS = 3_600_000;

/** The notices of the fleet that this host delivers, with its reminders and all-clears. */
export class LocalNotices {
  readonly #host: Channelled;
  /** Delivered since the start, by key: a notice that is over everywhere is not kept. */
  readonly #begun = new Set<string>();

  constructor(host: Channelled) {
    this.#host = host;
  }

  /** Delivers that it began. Returns whether it has reached a channel. */
  begin(cause: FleetCause, episode: number, make: () => Notice): boolean {
    const id = noticeId(cause, episode);
    const notice = this.#host.outbox.notice(id);
    if (notice === null || notice.state === 'cleared') this.#put(notice === null ? make() : { ...notice, state: 'open', over: null });
    else if (this.#reaches(({ deliveries }, channel) => (deliveries[channel]?.accepted ?? 0) > 0, notice)) return true;
    return false;
  }

  /** Delivers that it is over. Returns whether that has reached a channel. */
  end(cause: FleetCause, episode: number, over: string, at: Instant, make: () => Notice): boolean {
    const id = noticeId(cause, episode);
    const notice = this.#host.outbox.notice(id);
    // Every channel has accepted it: it is not kept any more.
    if (notice === null && this.#begun.has(id)) return true;
    if (notice?.state !== 'cleared') {
      this.#begun.add(id);
      this.#put(clear(notice ?? make(), over, at));
      return false;
    }
    return this.#reaches(({ deliveries }, channel) => deliveries[channel]?.cleared === true, notice);
  }

  has = (cause: FleetCause, episode: number): boolean => this.#host.outbox.notice(noticeId(cause, episode)) !== null;

  /** Another host has sent it: from now on this one reminds of it. */
  adopt(notice: Notice, at: Instant): void {
    this.#host.outbox.change({ kept: [adopted(notice, this.#host.channels, at, REMIND_MS)], dropped: [] });
  }

  /** Whether it reminds of other hosts. */
  get areOfOthers(): boolean {
    return this.#ofOthers().length > 0;
  }

  /** Another host has the duty: it reminds, and says when it is over. */
  leaveToOthers(): void {
    this.#host.outbox.change({ kept: [], dropped: this.#ofOthers().map(({ id }) => id) });
  }

  /** The open notice of a cause that only this host knows. */
  own(cause: FleetCause): Notice | null {
    return this.#open().find((notice) => notice.cause === key(cause)) ?? null;
  }

  open(notice: Notice): void {
    this.#put(notice);
  }

  clear(notice: Notice, over: string, at: Instant): void {
    this.#put(clear(notice, over, at));
  }

  #ofOthers = (): readonly Notice[] => this.#open().filter((notice) => causeOfFleet(notice)?.what !== 'engine');

  #open(): readonly Notice[] {
    return this.#host.outbox.notices.filter((notice) => notice.state !== 'cleared' && causeOfFleet(notice) !== null);
  }

  #put(notice: Notice): void {
    this.#host.outbox.change({ kept: [notice], dropped: [] });
    this.#host.wake();
  }

  #reaches(isThere: (notice: Notice, channel: string) => boolean, notice: Notice): boolean {
    const others = this.#host.channels.filter((channel) => channel !== LOG);
    return (others.length > 0 ? others : this.#host.channels).some((channel) => isThere(notice, channel));
  }
}

function causeOfFleet({ cause: text }: Notice): FleetCause | null {
  const cause = causeAt(text);
  return cause.about === 'fleet' ? cause : null;
}
