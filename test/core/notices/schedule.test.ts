import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Instant } from '../../../src/core/model/facts.ts';
import { ack, clear, type Notice, openNotice } from '../../../src/core/notices/notice.ts';
import { type Delivered, delivered, deliveryKey, dueInMs, isSettled, refused } from '../../../src/core/notices/schedule.ts';
import { news, plus, START } from '../../kit/core/notice-samples.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../kit/core/world.ts';

const MAIL = 'smtp://mail';
const ACCEPTED: Delivered = { kind: 'accepted' };
const REFUSED = refused('it answered 503', true);
const FINAL = refused('it answered 404', false);
const fresh = () => openNotice(news(), START);

/** Notifies the channel whenever that is due, with these outcomes. Returns the waits in between. */
function waits(became: readonly Delivered[], channel = MAIL): number[] {
  let notice = fresh();
  let at = START;
  return became.map((outcome) => {
    expect(dueInMs(notice, channel, at)).toBe(0);
    notice = delivered(notice, channel, notice, outcome, at, 0);
    const wait = dueInMs(notice, channel, at) ?? -1;
    at = plus(wait, at);
    return wait;
  });
}

describe('when a channel is notified', () => {
  test('at once, and then after 1 h, 2 h, 4 h … 24 h', () => {
    expect(waits(Array(8).fill(ACCEPTED))).toEqual([1, 2, 4, 8, 16, 24, 24, 24].map((hours) => hours * HOUR));
  });

  test('again after 10 s, doubling to 10 m, while it fails', () => {
    expect(waits(Array(9).fill(REFUSED))).toEqual([10, 20, 40, 80, 160, 320, 600, 600, 600].map((seconds) => seconds * SECOND));
  });

  test('after an hour where somebody has to change something first', () => {
    expect(waits([FINAL, FINAL, REFUSED])).toEqual([HOUR, HOUR, 40 * SECOND]);
  });

  test('a failed reminder is tried again soon, and the reminders go on from where they were', () => {
    expect(waits([ACCEPTED, ACCEPTED, REFUSED, REFUSED, ACCEPTED, ACCEPTED])).toEqual([
      HOUR,
      2 * HOUR,
      10 * SECOND,
      20 * SECOND,
      4 * HOUR,
      8 * HOUR,
    ]);
  });

  test('jitter makes each wait longer, by a fifth at most', () => {
    const notice = fresh();
    expect(dueInMs(delivered(notice, MAIL, notice, ACCEPTED, START, 0.5), MAIL, START)).toBe(1.1 * HOUR);
    expect(dueInMs(delivered(notice, MAIL, notice, REFUSED, START, 0.5), MAIL, START)).toBe(11 * SECOND);
  });

  test('each channel has its own time', () => {
    const notice = delivered(fresh(), MAIL, fresh(), ACCEPTED, START, 0);
    expect([dueInMs(notice, MAIL, START), dueInMs(notice, 'ntfy://host', START)]).toEqual([HOUR, 0]);
  });

  test('a failure is kept for the operator to see, until it goes well', () => {
    const failed = delivered(fresh(), MAIL, fresh(), REFUSED, START, 0);
    expect(failed.deliveries[MAIL]).toMatchObject({ accepted: 0, failures: 1, problem: 'it answered 503' });
    expect(delivered(failed, MAIL, failed, ACCEPTED, START, 0).deliveries[MAIL]).toMatchObject({ accepted: 1, failures: 0, problem: null });
  });
});

describe('acknowledged', () => {
  test('nothing more is sent', () => {
    const acked = ack(delivered(fresh(), MAIL, fresh(), ACCEPTED, START, 0), START);
    expect([dueInMs(acked, MAIL, plus(9 * DAY)), dueInMs(acked, 'ntfy://host', plus(9 * DAY))]).toEqual([null, null]);
  });

  test('but the all-clear, at once', () => {
    const over = clear(ack(fresh(), START), 'resumed', plus(HOUR));
    expect(dueInMs(over, MAIL, plus(HOUR))).toBe(0);
  });
});

describe('the all-clear', () => {
  const told = delivered(fresh(), MAIL, fresh(), ACCEPTED, START, 0);
  const over = clear(told, 'resumed', plus(MINUTE));

  test('is due at once, whatever was planned', () => {
    expect(dueInMs(over, MAIL, plus(MINUTE))).toBe(0);
    const failing = clear(delivered(fresh(), MAIL, fresh(), FINAL, START, 0), 'resumed', plus(1));
    expect(dueInMs(failing, MAIL, plus(1))).toBe(0);
  });

  test('is tried again until it is accepted, and then never', () => {
    const failed = delivered(over, MAIL, over, REFUSED, plus(MINUTE), 0);
    expect(dueInMs(failed, MAIL, plus(MINUTE))).toBe(10 * SECOND);
    const done = delivered(failed, MAIL, failed, ACCEPTED, plus(2 * MINUTE), 0);
    expect(dueInMs(done, MAIL, plus(9 * DAY))).toBeNull();
    expect(isSettled(done, [MAIL], plus(2 * MINUTE))).toBe(true);
    expect(isSettled(done, [MAIL, 'ntfy://host'], plus(2 * MINUTE))).toBe(false);
  });

  test.each([
    ['accepted', ACCEPTED],
    ['refused', REFUSED],
  ])('is due at once when the notice was on its way and %s', (_, became) => {
    const later = delivered(over, MAIL, told, became, plus(2 * MINUTE), 0);
    expect(dueInMs(later, MAIL, plus(2 * MINUTE))).toBe(0);
    expect(later.deliveries[MAIL]?.cleared).toBe(false);
  });

  test('is given up after a day', () => {
    expect(isSettled(over, [MAIL], plus(MINUTE + DAY - 1))).toBe(false);
    expect(isSettled(over, [MAIL], plus(MINUTE + DAY))).toBe(true);
    expect(isSettled(told, [MAIL], plus(9 * DAY))).toBe(false);
  });
});

describe('a clock that jumps, or begins again', () => {
  const told = delivered(fresh(), MAIL, fresh(), ACCEPTED, START, 0);
  const due = (at: Instant) => dueInMs(told, MAIL, at);

  test.each<[string, Instant, number]>([
    ['nothing happened', plus(HOUR / 2), HOUR / 2],
    ['the wall clock was set back', { wall: START.wall - DAY, mono: START.mono + HOUR / 2 }, HOUR / 2],
    ['the machine slept', { wall: START.wall + HOUR, mono: START.mono + 1 }, 0],
    ['a reboot', { wall: START.wall + HOUR / 2, mono: 1000 }, HOUR / 2],
    ['a reboot with a wall clock of long ago', { wall: 0, mono: 1000 }, HOUR - 1000],
    ['a reboot with a wall clock of long ago, an hour later', { wall: 0, mono: HOUR }, 0],
  ])('%s', (_, at, expected) => {
    expect(due(at)).toBe(expected);
  });
});

/** What can happen to a notice, and how long after the previous event. */
const event = fc.record({
  afterMs: fc.oneof(fc.integer({ min: 0, max: 3 * HOUR }), fc.constant(0)),
  wallJumpMs: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: -2 * DAY, max: 2 * DAY }) }),
  isReboot: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  what: fc.constantFrom('look', 'look', 'look', 'ack', 'clear', 'crash' as const),
  became: fc.constantFrom(ACCEPTED, REFUSED, FINAL),
});

const CHANNELS = [MAIL, 'ntfy://host'] as const;

interface Sent {
  readonly channel: string;
  readonly key: string;
  readonly state: Notice['state'];
  readonly accepted: boolean;
}

describe('whatever happens, in whatever order', () => {
  /** `crash`: it was sent, and the watchdog died before recording that. */
  function play(events: readonly (typeof event extends fc.Arbitrary<infer E> ? E : never)[]): { sent: Sent[]; notice: Notice } {
    let notice = fresh();
    let at = START;
    const sent: Sent[] = [];
    const tell = (became: Delivered, isRecorded: boolean) => {
      for (const channel of CHANNELS) {
        if (dueInMs(notice, channel, at) !== 0) continue;
        sent.push({ channel, key: deliveryKey(notice, channel), state: notice.state, accepted: became.kind === 'accepted' });
        if (isRecorded) notice = JSON.parse(JSON.stringify(delivered(notice, channel, notice, became, at, 0.3)));
      }
    };
    for (const { afterMs, wallJumpMs, isReboot, what, became } of events) {
      at = { wall: at.wall + afterMs + wallJumpMs, mono: isReboot ? afterMs : at.mono + afterMs };
      if (what === 'ack') notice = ack(notice, at);
      if (what === 'clear') notice = clear(notice, 'gone', at);
      if (what === 'look') tell(became, true);
      if (what === 'crash') tell(ACCEPTED, false);
    }
    return { sent, notice };
  }

  test('nothing is sent once it is acknowledged, but the all-clear; and after that nothing', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const { sent, notice } = play(events);
        expect(sent.filter(({ state }) => state === 'acked')).toEqual([]);
        for (const channel of CHANNELS) {
          const mine = sent.filter((one) => one.channel === channel);
          const firstClear = mine.findIndex(({ state }) => state === 'cleared');
          if (firstClear >= 0) expect(mine.slice(firstClear).every(({ state }) => state === 'cleared')).toBe(true);
          if (notice.deliveries[channel]?.cleared === true) expect(mine.at(-1)).toMatchObject({ state: 'cleared', accepted: true });
        }
      }),
    );
  });

  test('a double has the key of the first, and another message has another', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        for (const channel of CHANNELS) {
          const mine = play(events).sent.filter((one) => one.channel === channel);
          mine.forEach(({ key, state }, index) => {
            const next = mine[index + 1];
            // A new key only if the previous message was accepted, or is over.
            if (next !== undefined && next.key !== key) expect(mine[index]?.accepted || next.state !== state).toBe(true);
          });
          const keysOfClear = new Set(mine.filter(({ state }) => state === 'cleared').map(({ key }) => key));
          expect(keysOfClear.size).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test('in the end every working channel was notified of the cause, or that it is over', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        // Whatever happened before: from now on the channels work, and time goes on.
        const working = Array.from(
          { length: 3 },
          () => ({ afterMs: 30 * HOUR, wallJumpMs: 0, isReboot: false, what: 'look', became: ACCEPTED }) as const,
        );
        const { sent, notice } = play([...events, ...working]);
        if (notice.state === 'acked') return;
        for (const channel of CHANNELS)
          expect(sent.some((one) => one.channel === channel && one.accepted && one.state === notice.state)).toBe(true);
      }),
    );
  });
});
