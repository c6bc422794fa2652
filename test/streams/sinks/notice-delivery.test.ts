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
  /** Does something at this second. */
  at(seconds: number, what: () => void): void;
  now(): Instant;
  cold(marbles: string, values: Record<string, Delivered>): Observable<Delivered>;
}

/** [second, channel, cause, state] of each delivery, in virtual time, until the given second. */
function deliveries(
  story: (stage: Stage) => Partial<Pick<NoticeDeliveryDeps, 'channels' | 'send' | 'outbox'>>,
  untilSecond: number,
): { sent: [number, string, string, Notice['state']][]; reports: string[]; outbox: NoticeOutbox; failed: unknown } {
  const scheduler = new TestScheduler(() => {});
  const sent: [number, string, string, Notice['state']][] = [];
  const reports: string[] = [];
  const outbox = new NoticeOutbox([], () => {});
  let failed: unknown = null;
  scheduler.run(({ cold }) => {
    const changed$ = new Subject<void>();
    const now = () => plus(scheduler.now());
    const at = (seconds: number, what: () => void) => void scheduler.schedule(what, seconds * 1000);
    const given = story({ outbox, changed$, at, now, cold: (marbles, values) => cold(marbles, values) });
    const send = (channel: string, notice: Notice) => {
      sent.push([scheduler.now() / 1000, channel, notice.cause, notice.state]);
      return given.send?.(channel, notice) ?? of(ACCEPTED);
    };
    const deps = { channels: ['mail'], outbox, now, jitter: () => 0, report: (problem: string) => reports.push(problem), scheduler };
    noticeDelivery(changed$, { ...deps, ...given, send }).subscribe({ error: (error) => (failed = error) });
    scheduler.maxFrames = untilSecond * 1000;
    scheduler.flush();
  });
  return { sent, reports, outbox, failed };
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
  test('is sent at once when it is new, and again after 1 h and 2 h more', () => {
    const { sent } = deliveries((stage) => {
      stage.at(10, () => add(stage, 'a', stage.now()));
      return {};
    }, 4 * HOUR_S);
    expect(sent).toEqual([
      [10, 'mail', 'a', 'open'],
      [10 + HOUR_S, 'mail', 'a', 'open'],
      [10 + 3 * HOUR_S, 'mail', 'a', 'open'],
    ]);
  });

  test('that was not sent before a restart is sent at the start', () => {
    const { sent } = deliveries((stage) => {
      stage.outbox.change({ kept: [openNotice(news({ cause: 'old' }), START)], dropped: [] });
      return {};
    }, 5);
    expect(sent).toEqual([[0, 'mail', 'old', 'open']]);
  });

  test('is sent until it is accepted', () => {
    let tries = 0;
    const { sent, reports } = deliveries((stage) => {
      stage.at(0, () => add(stage));
      return { send: () => of(++tries < 3 ? refused('it answered 503', true) : ACCEPTED) };
    }, 120);
    expect(sent.map(([second]) => second)).toEqual([0, 10, 30]);
    expect(reports).toEqual(Array(2).fill(expect.stringMatching(/^notice \w+ could not be sent to mail: it answered 503$/)));
  });

  test('that was acknowledged is no longer sent, until it is over; then it is forgotten', () => {
    const { sent, outbox } = deliveries((stage) => {
      stage.at(0, () => add(stage));
      stage.at(100, () => change(stage, ack));
      stage.at(5 * HOUR_S, () => change(stage, (notice, at) => clear(notice, 'resumed', at)));
      return {};
    }, 9 * HOUR_S);
    expect(sent).toEqual([
      [0, 'mail', 'a', 'open'],
      [5 * HOUR_S, 'mail', 'a', 'cleared'],
    ]);
    expect(outbox.notices).toEqual([]);
  });

  test('that is over while it is being sent gets its all-clear right after', () => {
    const { sent } = deliveries((stage) => {
      stage.at(0, () => add(stage));
      stage.at(1, () => change(stage, (notice, at) => clear(notice, 'resumed', at)));
      return { send: () => stage.cold('3s (a|)', { a: ACCEPTED }) };
    }, 60);
    expect(sent).toEqual([
      [0, 'mail', 'a', 'open'],
      [3, 'mail', 'a', 'cleared'],
    ]);
  });
});

describe('channels', () => {
  test('do not wait for each other: a dead one delays nothing', () => {
    const { sent } = deliveries((stage) => {
      stage.at(0, () => add(stage, 'a'));
      stage.at(1, () => add(stage, 'b'));
      return {
        channels: ['dead', 'mail'],
        send: (channel) => (channel === 'dead' ? stage.cold('15s (x|)', { x: refused('no answer', true) }) : of(ACCEPTED)),
      };
    }, 20);
    expect(sent).toEqual([
      [0, 'dead', 'a', 'open'],
      [0, 'mail', 'a', 'open'],
      [1, 'mail', 'b', 'open'],
      [15, 'dead', 'b', 'open'],
    ]);
  });

  test('get one notice after another, the oldest first', () => {
    const { sent } = deliveries((stage) => {
      stage.at(0, () => ['a', 'b', 'c'].map((cause) => add(stage, cause)));
      return { send: () => stage.cold('2s (a|)', { a: ACCEPTED }) };
    }, 60);
    expect(sent.map(([second, , cause]) => [second, cause])).toEqual([
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
    ['a channel that completes without an outcome', () => of()],
  ])('%s', (_, send) => {
    const { sent, reports, failed } = deliveries((stage) => {
      stage.at(0, () => add(stage));
      return { send };
    }, 25);
    expect(sent.map(([second]) => second)).toEqual([0, 10]);
    expect([reports.length, failed]).toEqual([2, null]);
  });

  test('a delivery that cannot be recorded is reported, and not repeated over and over', () => {
    const { sent, reports, failed } = deliveries(() => {
      const outbox = new NoticeOutbox([openNotice(news(), START)], () => {
        throw new Error('the disk is full');
      });
      return { outbox };
    }, 60);
    expect(sent).toHaveLength(1);
    expect(reports).toEqual([expect.stringMatching(/could not be recorded: the disk is full$/)]);
    expect(failed).toBeNull();
  });

  test('a notice removed while it is being sent is not brought back', () => {
    const { outbox, sent } = deliveries((stage) => {
      stage.at(0, () => add(stage));
      stage.at(1, () => stage.outbox.change({ kept: [], dropped: stage.outbox.notices.map(({ id }) => id) }));
      return { send: () => stage.cold('3s (a|)', { a: ACCEPTED }) };
    }, 60);
    expect([outbox.notices, sent.length]).toEqual([[], 1]);
  });
});
