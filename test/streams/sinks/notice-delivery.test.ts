import { type Observable, of, Subject, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, test } from 'vitest';
import type { Instant } from '../../../src/core/model/facts.ts';
import { ack, clear, type Notice, openNotice } from '../../../src/core/notices/notice.ts';
import { type Delivered, refused } from '../../../src/core/notices/schedule.ts';
import { NoticeOutbox } from '../../../src/store/notice-outbox.ts';
import { type NoticeDeliveryDeps, noticeDelivery } from '../../../streams/sinks/notice-delivery.ts';
import { news, plus, START } from '../../kit/core/notice-samples.ts';

const ACCEPTED: Delivered = { kind: 'accepted' };
const HOUR_S = 3600;

interface Stage {
  readonly outbox: NoticeOutbox;
  readonly changed$: Subject<void>;
  /** Does something at so many seconds. */
  at(seconds: number, what: () => void): void;
  now(): Instant;
  cold(marbles: string, values: Record<string, Delivered>): Observable<Delivered>;
}

/** [second, channel, cause, event] of each telling, in virtual time, until the given second. */
function tellings(
  story: (stage: Stage) => Partial<Pick<NoticeDeliveryDeps, 'channels' | 'send' | 'outbox'>>,
  untilSecond: number,
): { told: [number, string, string, Notice['state']][]; reports: string[]; outbox: NoticeOutbox; failed: unknown } {
  const scheduler = new TestScheduler(() => {});
  const told: [number, string, string, Notice['state']][] = [];
  const reports: string[] = [];
  const outbox = new NoticeOutbox([], () => {});
  let failed: unknown = null;
  scheduler.run(({ cold }) => {
    const changed$ = new Subject<void>();
    const now = () => plus(scheduler.now());
    const at = (seconds: number, what: () => void) => void scheduler.schedule(what, seconds * 1000);
    const given = story({ outbox, changed$, at, now, cold: (marbles, values) => cold(marbles, values) });
    const send = (channel: string, notice: Notice) => {
      told.push([scheduler.now() / 1000, channel, notice.cause, notice.state]);
      return given.send?.(channel, notice) ?? of(ACCEPTED);
    };
    const deps = { channels: ['mail'], outbox, now, jitter: () => 0, report: (problem: string) => reports.push(problem), scheduler };
    noticeDelivery(changed$, { ...deps, ...given, send }).subscribe({ error: (error) => (failed = error) });
    scheduler.maxFrames = untilSecond * 1000;
    scheduler.flush();
  });
  return { told, reports, outbox, failed };
}

const add = ({ outbox, changed$ }: Stage, cause = 'a', at: Instant = START) => {
  const notice = openNotice(news({ cause }), at);
  outbox.change({ kept: [notice], dropped: [] });
  changed$.next();
  return notice;
};

const change = ({ outbox, changed$, now }: Stage, to: (notice: Notice, at: Instant) => Notice) => {
  outbox.change({ kept: outbox.notices.map((notice) => to(notice, now())), dropped: [] });
  changed$.next();
};

describe('a notice', () => {
  test('is told at once when it is news, and again after 1 h and 2 h more', () => {
    const { told } = tellings((stage) => {
      stage.at(10, () => add(stage, 'a', stage.now()));
      return {};
    }, 4 * HOUR_S);
    expect(told).toEqual([
      [10, 'mail', 'a', 'open'],
      [10 + HOUR_S, 'mail', 'a', 'open'],
      [10 + 3 * HOUR_S, 'mail', 'a', 'open'],
    ]);
  });

  test('that was not told before a restart is told at the start', () => {
    const { told } = tellings((stage) => {
      stage.outbox.change({ kept: [openNotice(news({ cause: 'old' }), START)], dropped: [] });
      return {};
    }, 5);
    expect(told).toEqual([[0, 'mail', 'old', 'open']]);
  });

  test('is told until it is accepted', () => {
    let tries = 0;
    const { told, reports } = tellings((stage) => {
      stage.at(0, () => add(stage));
      return { send: () => of(++tries < 3 ? refused('it answered 503', true) : ACCEPTED) };
    }, 120);
    expect(told.map(([second]) => second)).toEqual([0, 10, 30]);
    expect(reports).toEqual(Array(2).fill(expect.stringMatching(/^notice \w+ could not be sent to mail: it answered 503$/)));
  });

  test('that was acknowledged is told no more, until it is over; then it is forgotten', () => {
    const { told, outbox } = tellings((stage) => {
      stage.at(0, () => add(stage));
      stage.at(100, () => change(stage, ack));
      stage.at(5 * HOUR_S, () => change(stage, (notice, at) => clear(notice, 'resumed', at)));
      return {};
    }, 9 * HOUR_S);
    expect(told).toEqual([
      [0, 'mail', 'a', 'open'],
      [5 * HOUR_S, 'mail', 'a', 'cleared'],
    ]);
    expect(outbox.notices).toEqual([]);
  });

  test('that is over while it is being told gets its all-clear right after', () => {
    const { told } = tellings((stage) => {
      stage.at(0, () => add(stage));
      stage.at(1, () => change(stage, (notice, at) => clear(notice, 'resumed', at)));
      return { send: () => stage.cold('3s (a|)', { a: ACCEPTED }) };
    }, 60);
    expect(told).toEqual([
      [0, 'mail', 'a', 'open'],
      [3, 'mail', 'a', 'cleared'],
    ]);
  });
});

describe('channels', () => {
  test('do not wait for each other: one that is dead holds up nobody', () => {
    const { told } = tellings((stage) => {
      stage.at(0, () => add(stage, 'a'));
      stage.at(1, () => add(stage, 'b'));
      return {
        channels: ['dead', 'mail'],
        send: (channel) => (channel === 'dead' ? stage.cold('15s (x|)', { x: refused('no answer', true) }) : of(ACCEPTED)),
      };
    }, 20);
    expect(told).toEqual([
      [0, 'dead', 'a', 'open'],
      [0, 'mail', 'a', 'open'],
      [1, 'mail', 'b', 'open'],
      [15, 'dead', 'b', 'open'],
    ]);
  });

  test('are told of one notice after the other, the oldest first', () => {
    const { told } = tellings((stage) => {
      stage.at(0, () => ['a', 'b', 'c'].map((cause) => add(stage, cause)));
      return { send: () => stage.cold('2s (a|)', { a: ACCEPTED }) };
    }, 60);
    expect(told.map(([second, , cause]) => [second, cause])).toEqual([
      [0, 'a'],
      [2, 'b'],
      [4, 'c'],
    ]);
  });
});

describe('nothing stops it', () => {
  test.each<[string, () => Observable<Delivered>]>([
    [
      'a channel that throws',
      () => {
        throw new Error('a bug');
      },
    ],
    ['a channel that fails', () => throwError(() => new Error('a bug'))],
    ['a channel that ends without a word', () => of()],
  ])('%s', (_, send) => {
    const { told, reports, failed } = tellings((stage) => {
      stage.at(0, () => add(stage));
      return { send };
    }, 25);
    expect(told.map(([second]) => second)).toEqual([0, 10]);
    expect([reports.length, failed]).toEqual([2, null]);
  });

  test('what cannot be written down is reported, and not told again and again', () => {
    const { told, reports, failed } = tellings(() => {
      const outbox = new NoticeOutbox([openNotice(news(), START)], () => {
        throw new Error('the disk is full');
      });
      return { outbox };
    }, 60);
    expect(told).toHaveLength(1);
    expect(reports).toEqual([expect.stringMatching(/could not be recorded: the disk is full$/)]);
    expect(failed).toBeNull();
  });

  test('a notice that goes while it is told is not brought back', () => {
    const { outbox, told } = tellings((stage) => {
      stage.at(0, () => add(stage));
      stage.at(1, () => stage.outbox.change({ kept: [], dropped: stage.outbox.notices.map(({ id }) => id) }));
      return { send: () => stage.cold('3s (a|)', { a: ACCEPTED }) };
    }, 60);
    expect([outbox.notices, told.length]).toEqual([[], 1]);
  });
});
