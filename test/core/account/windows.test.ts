import { describe, expect, test } from 'vitest';
import { type AccountWindow, isStale, reservedFrom, reserveName } from '../../../src/core/account/window.ts';
import { evolveWindows, withNotified } from '../../../src/core/account/windows.ts';
import type { Observation, Signal } from '../../../src/core/model/facts.ts';
import type { UsageWindow } from '../../../src/core/model/signals.ts';
import { DAY, HOUR, MINUTE, SECOND, working } from '../../kit/core/world.ts';

const story = working({ policy: { limitReservePercent: 10 } });
const { run, now } = story;
const { account } = run.spec;

const states = (patch: Partial<UsageWindow> = {}): UsageWindow => ({
  kind: 'window',
  name: 'five_hour',
  ofModel: false,
  usedPercent: 50,
  resetsAtWall: now.wall + 2 * HOUR,
  extra: null,
  ...patch,
});
const known = (patch: Partial<AccountWindow> = {}): AccountWindow => ({
  account,
  name: 'five_hour',
  model: null,
  usedPercent: 50,
  resetsAtWall: now.wall + 2 * HOUR,
  extra: null,
  seenWall: now.wall,
  notified: false,
  ...patch,
});
const cursor = { dev: 1, ino: 2, birthMs: 3, offset: 1, marker: 'm', countedOffset: 1, midLine: false };
const read = (signals: readonly Signal[], afterMs: number, attempt = 1): Observation => ({
  ...{ kind: 'log.read', run: run.id, attempt, path: '/log', bytes: 1, lines: 1, signals, cursor, gap: null },
  ...{ seq: 9, at: { wall: now.wall + afterMs, mono: now.mono + afterMs }, jitter: 0 },
});
const folded = (before: readonly AccountWindow[], stated: UsageWindow, afterMs = MINUTE) =>
  evolveWindows(before, run, read([stated], afterMs));

describe('what is stated of a window', () => {
  test.each<[string, AccountWindow, UsageWindow, Partial<AccountWindow>]>([
    ['more is used', known(), states({ usedPercent: 60 }), { usedPercent: 60, notified: false }],
    ['who was notified stays notified', known({ notified: true }), states({ usedPercent: 60 }), { usedPercent: 60, notified: true }],
    ['a little less is used', known({ notified: true }), states({ usedPercent: 49 }), { usedPercent: 49, notified: true }],
    ['much less is used: it began anew', known({ notified: true }), states({ usedPercent: 3 }), { usedPercent: 3, notified: false }],
    [
      'another reset: it began anew',
      known({ notified: true }),
      states({ resetsAtWall: now.wall + 7 * HOUR }),
      { usedPercent: 50, notified: false, resetsAtWall: now.wall + 7 * HOUR },
    ],
    [
      'without a percentage, the one before counts',
      known(),
      states({ usedPercent: null, extra: 'none' }),
      { usedPercent: 50, extra: 'none' },
    ],
    [
      'without a percentage, in a window that began anew',
      known(),
      states({ usedPercent: null, resetsAtWall: now.wall + 7 * HOUR }),
      { usedPercent: null },
    ],
    [
      'after its reset, what was known is nothing',
      known({ resetsAtWall: now.wall + SECOND }),
      states({ usedPercent: null, resetsAtWall: null }),
      { usedPercent: null, resetsAtWall: null },
    ],
    ['a reset that was unknown', known({ resetsAtWall: null }), states(), { resetsAtWall: now.wall + 2 * HOUR }],
    ['extra usage', known(), states({ extra: 'in-use' }), { extra: 'in-use' }],
    ['of extra usage nothing is said: it stays', known({ extra: 'possible' }), states({ usedPercent: 70 }), { extra: 'possible' }],
  ])('%s', (_what, before, stated, expected) => {
    expect(folded([before], stated)).toMatchObject([expected]);
  });

  test.each<[string, AccountWindow, UsageWindow]>([
    ['the same again', known(), states()],
    ['the same whole percent', known({ usedPercent: 50.1 }), states({ usedPercent: 50.9 })],
    ['a reset in seconds from now', known(), states({ resetsAtWall: now.wall + 2 * HOUR + 40 * SECOND })],
    ['nothing', known(), states({ usedPercent: null, resetsAtWall: null })],
  ])('%s is no change', (_what, before, stated) => {
    const windows = [before];
    expect(folded(windows, stated)).toBe(windows);
  });

  test('windows of other names, and of models, are kept apart', () => {
    const all = [states(), states({ name: 'seven_day' }), states({ name: 'seven_day_opus', ofModel: true })].reduce<
      readonly AccountWindow[]
    >((list, one) => folded(list, one), []);
    expect(all.map(({ name, model }) => [name, model])).toEqual([
      ['five_hour', null],
      ['seven_day', null],
      ['seven_day_opus', { name: null }],
    ]);
    expect(all.map(reserveName)).toEqual(['reserve five_hour', 'reserve seven_day', 'reserve seven_day_opus of the default model']);
  });

  test('an earlier attempt says nothing of today', () => {
    const windows: readonly AccountWindow[] = [];
    expect(evolveWindows(windows, run, read([states()], MINUTE, 7))).toBe(windows);
  });

  test('who was notified is marked', () => {
    const [one, other] = [known(), known({ name: 'seven_day' })];
    expect(withNotified([one, other], [other]).map(({ notified }) => notified)).toEqual([false, true]);
  });
});

describe('a window holds', () => {
  const resetsAt = now.wall + 2 * HOUR;
  const slack = 2 * MINUTE;
  const held = (patch: Partial<AccountWindow>, atMs = 0, reserve = 10) =>
    reservedFrom({ ...run, spec: { ...run.spec, policy: { ...run.spec.policy, limitReservePercent: reserve } } }, [known(patch)], {
      wall: now.wall + atMs,
      mono: now.mono,
    }).map(({ hold }) => hold.untilWall);

  test.each<[string, Partial<AccountWindow>, (number | null)[], atMs?: number, reserve?: number]>([
    ['below the reserve', { usedPercent: 89.9 }, []],
    ['at the reserve', { usedPercent: 90 }, [resetsAt + slack]],
    ['without a reserve', { usedPercent: 100 }, [], 0, 0],
    ['until its reset and some time', { usedPercent: 99 }, [resetsAt + slack], 2 * HOUR + slack - 1],
    ['not longer: then it is unknown', { usedPercent: 99 }, [], 2 * HOUR + slack],
    ['an unknown percentage', { usedPercent: null }, []],
    ['an unknown reset: for as long as the rarest probe', { usedPercent: 99, resetsAtWall: null }, [now.wall + 4 * HOUR]],
    ['then it is tried', { usedPercent: 99, resetsAtWall: null }, [], 4 * HOUR],
    ['a reset further away than any window', { usedPercent: 99, resetsAtWall: now.wall + 20 * DAY }, []],
    ['extra usage in use, without a reserve', { usedPercent: 100, extra: 'in-use' }, [resetsAt + slack], 0, 0],
    ['extra usage in use, with an unknown percentage', { usedPercent: null, extra: 'in-use' }, [resetsAt + slack], 0, 0],
    ['extra usage would be used', { usedPercent: 100, extra: 'possible' }, [resetsAt + slack], 0, 0],
    ['extra usage is not needed yet', { usedPercent: 99, extra: 'possible' }, [], 0, 0],
    ['no extra usage: the refusal itself will say so', { usedPercent: 100, extra: 'none' }, [], 0, 0],
    ['extra usage without a known reset: a person decides', { usedPercent: 100, extra: 'in-use', resetsAtWall: null }, [null], 0, 0],
    ['another model', { usedPercent: 99, model: { name: 'opus' } }, []],
    ['its own model', { usedPercent: 99, model: { name: null } }, [resetsAt + slack]],
  ])('%s', (_what, patch, expected, atMs, reserve) => {
    expect(held(patch, atMs, reserve)).toEqual(expected);
  });

  test('the one that lasts longest comes first', () => {
    const all = [known({ usedPercent: 95 }), known({ name: 'seven_day', usedPercent: 92, resetsAtWall: now.wall + 3 * DAY })];
    expect(reservedFrom(run, all, now).map(({ window }) => window.name)).toEqual(['seven_day', 'five_hour']);
  });

  test('a window is stale once its reset has passed', () => {
    expect([0, 2 * HOUR].map((ms) => isStale(known(), now.wall + ms))).toEqual([false, true]);
    expect(isStale(known({ resetsAtWall: null }), now.wall + DAY)).toBe(false);
  });
});
