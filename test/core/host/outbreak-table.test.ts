import { describe, expect, test } from 'vitest';
import {
  heldByCommon,
  isAbnormal,
  LONGEST_MS,
  NO_OUTBREAK,
  type OutbreakState,
  outbreakAfterRestart,
  outbreakNotice,
  outbreakNotified,
  WINDOW_MS,
  waiveCharge,
  withAbnormalDeath,
  withDeath,
} from '../../../src/core/host/outbreak.ts';
import type { Observation, Outcome } from '../../../src/core/model/facts.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { attemptOf, attemptWith } from '../../kit/core/samples.ts';
import { HOUR, MINUTE, process, SECOND, type Story, survivor, working } from '../../kit/core/world.ts';

const AT = { wall: 1_800_000_000_000, mono: HOUR };

describe('a death that nobody has caused', () => {
  const { run } = working();
  const attempt = attemptOf(run);
  const said = { run: run.id, seq: 9, at: AT, jitter: 0 } as const;
  const exit = { ...said, kind: 'process.exited', attempt: 1, code: null, signal: 'SIGKILL', outOfMemory: false, survivors: [] } as const;
  const starts: Run = { ...run, attempt: null, pending: { id: 'start', kind: 'resume', attempt: 1, mode: 'start', at: AT } };
  const settled = (outcome: Outcome, action = 'start'): Observation => ({ ...said, kind: 'action.settled', action, outcome });
  const FAILED: Outcome = { kind: 'start-failed', attempt: 1, because: 'ENOMEM' };
  const because = { because: 'so', at: AT };

  test.each<[string, Run, Observation, boolean]>([
    ['killed', run, exit, true],
    ['ended without anybody having seen how', run, { ...exit, signal: null }, true],
    ['ended by itself', run, { ...exit, signal: null, code: 1 }, false],
    ['ended well', run, { ...exit, signal: null, code: 0 }, false],
    [
      'somebody else started it: how it ended cannot be seen',
      { ...run, attempt: { ...attempt, shim: null } },
      { ...exit, signal: null },
      false,
    ],
    ['somebody else started it, and it was seen', { ...run, attempt: { ...attempt, shim: null } }, exit, true],
    ['tools outlive it', run, { ...exit, survivors: [survivor('tool', 7)] }, true],
    ['it goes on as another process', run, { ...exit, survivors: [survivor('tool', 7), survivor('agent', 8)] }, false],
    ['dogwatch ends it', { ...run, attempt: { ...attempt, endingBecause: 'wedged' } }, exit, false],
    ['it was known to be dead', { ...run, attempt: attemptWith(attempt, { alive: false }) }, exit, false],
    ['another attempt', run, { ...exit, attempt: 2 }, false],
    ['there is no attempt', { ...run, attempt: null }, exit, false],
    ['the operator stops it', { ...run, stopping: because }, exit, false],
    ['its job is done', { ...run, proof: 'all of it' }, exit, false],
    ['it could not be started', starts, settled(FAILED), true],
    ['it could not be started, and the operator stops it', { ...starts, stopping: because }, settled(FAILED), false],
    ['another start failed', starts, settled(FAILED, 'another'), false],
    ['no start was in flight', { ...starts, pending: null }, settled(FAILED), false],
    ['it was started', starts, settled({ kind: 'started', attempt: 1, shim: process(1), agent: null }), false],
    ['something else', run, { ...said, kind: 'tick' }, false],
  ])('%s: %#', (_, given, seen, expected) => expect(isAbnormal(given, seen)).toBe(expected));

  test('is remembered with its attempt, and whether it was a start', () => {
    expect(withAbnormalDeath({ ...run, tried: 4 }, exit).shot).toEqual({ attempt: 4, mono: HOUR, isStart: false });
    expect(withAbnormalDeath({ ...run, tried: 5 }, settled(FAILED)).shot).toEqual({ attempt: 5, mono: HOUR, isStart: true });
  });
});

/** The run after its last attempt was killed this long ago. */
function shotRun(agoMs = 0, patch: Partial<Run> = {}): Run {
  const { run } = killedStory();
  return { ...run, shot: { attempt: run.tried, mono: HOUR - agoMs, isStart: false }, ...patch };
}

function killedStory(): Story {
  const story = working();
  story.exits('SIGKILL');
  return story;
}

const outbreak = (patch: Partial<OutbreakState['outbreak'] & object> = {}) => ({
  fromMono: HOUR - MINUTE,
  beganMono: HOUR,
  untilMono: HOUR + MINUTE,
  because: 'many died',
  told: false,
  ...patch,
});

describe('what is known of them', () => {
  const named = (id: string): Run => ({ ...shotRun(), id: `${id}-1`, name: id });
  const dying = (...agoMs: readonly number[]): OutbreakState => ({
    ...NO_OUTBREAK,
    deaths: agoMs.map((ago, index) => ({ run: `${index}-1`, name: `${index}`, mono: HOUR - ago })),
  });
  const others = (count: number) => Array.from({ length: count }, (_, index) => `other-${index}`);

  test.each<[string, known: OutbreakState, living: readonly string[], because: string | null]>([
    ['two', dying(SECOND), [], null],
    ['three', dying(2 * SECOND, SECOND), [], '3 of 3 runs were killed or could not be started within a minute (0, 1, x)'],
    ['three, the first almost a minute ago', dying(MINUTE - 1, SECOND), [], '3 of 3 runs .*(0, 1, x)'],
    ['three, the first a minute ago', dying(MINUTE, SECOND), [], null],
    ['three of ten', dying(2 * SECOND, SECOND), others(7), '3 of 10 runs'],
    ['three of eleven', dying(2 * SECOND, SECOND), others(8), null],
    ['a run that is resumed counts once', dying(2 * SECOND, SECOND), ['0-1', '1-1', 'x-1', ...others(7)], '3 of 10 runs'],
    ['seven', dying(6, 5, 4, 3, 2, 1), [], '7 of 7 runs .*(0, 1, 2, 3, 4 and 2 more)'],
    ['five', dying(4, 3, 2, 1), [], '5 of 5 runs .*(0, 1, 2, 3, x)'],
  ])('%s', (_, known, living, because) => {
    const after = withDeath(known, named('x'), living, AT);
    expect(after.deaths.at(-1)).toEqual({ run: 'x-1', name: 'x', mono: HOUR });
    if (because === null) expect(after.outbreak).toBeNull();
    else {
      const words = expect.stringMatching(new RegExp(`^${because.replace(/[()]/g, '\\$&')}`));
      const fromMono = known.deaths[0]?.mono;
      expect(after.outbreak).toEqual({ fromMono, beganMono: HOUR, untilMono: HOUR + WINDOW_MS, because: words, told: false });
    }
  });

  test('one that dies again counts as one', () => {
    const after = withDeath(dying(2 * SECOND, SECOND), named('1'), [], AT);
    expect(after.deaths.map(({ run }) => run)).toEqual(['0-1', '1-1']);
    expect(after.outbreak).toBeNull();
  });

  const three = dying(2 * SECOND, SECOND);
  test.each<[string, OutbreakState['outbreak'] & object, untilMono: number, isTheSame: boolean, told: boolean]>([
    ['while it goes on: longer', outbreak({ told: true }), HOUR + WINDOW_MS, true, true],
    [
      'but no longer than the longest',
      outbreak({ beganMono: HOUR - LONGEST_MS + SECOND, untilMono: HOUR + 1 }),
      HOUR + SECOND,
      true,
      false,
    ],
    ['just when it is over: the longest', outbreak({ untilMono: HOUR, told: true }), HOUR + LONGEST_MS, false, true],
    ['a while later, nobody was told', outbreak({ untilMono: HOUR - MINUTE }), HOUR + LONGEST_MS, false, false],
    ['almost forgotten', outbreak({ untilMono: HOUR - LONGEST_MS + 1, told: true }), HOUR + LONGEST_MS, false, true],
    ['forgotten: as if for the first time', outbreak({ untilMono: HOUR - LONGEST_MS, told: true }), HOUR + WINDOW_MS, false, false],
  ])('again %s', (_, before, untilMono, isTheSame, told) => {
    const after = withDeath({ ...three, outbreak: before }, named('x'), [], AT).outbreak;
    if (isTheSame) expect(after).toEqual({ ...before, untilMono });
    else
      expect(after).toEqual({ fromMono: HOUR - 2 * SECOND, beganMono: HOUR, untilMono, because: expect.stringContaining('3 of 3'), told });
  });

  test('a single death after it is over is not reported', () => {
    const over = outbreak({ untilMono: HOUR - MINUTE });
    expect(withDeath({ deaths: [], outbreak: over }, named('x'), [], AT).outbreak).toEqual(over);
  });

  test.each<[string, OutbreakState['outbreak'], news: string | null, after: OutbreakState['outbreak']]>([
    ['nothing', null, null, null],
    ['new', outbreak(), 'false many died: something on this machine', outbreak({ told: true })],
    ['told', outbreak({ told: true }), null, outbreak({ told: true })],
    [
      'told, and almost over',
      outbreak({ untilMono: HOUR - LONGEST_MS + 1, told: true }),
      null,
      outbreak({ untilMono: HOUR - LONGEST_MS + 1, told: true }),
    ],
    ['told, and over', outbreak({ untilMono: HOUR - LONGEST_MS, told: true }), 'true no run has been killed for a while', null],
    ['never told, and over', outbreak({ untilMono: HOUR - LONGEST_MS }), null, null],
  ])('news: %s', (_, given, news, after) => {
    const known = { ...three, outbreak: given };
    const told = outbreakNotice(known, AT);
    expect(told === null ? null : `${told.isOver} ${told.because}`).toEqual(news === null ? null : expect.stringContaining(news));
    expect(outbreakNotified(known, AT)).toEqual({ ...known, outbreak: after });
  });

  test('by a new watchdog: only whether a person was notified', () => {
    expect(outbreakAfterRestart({ ...three, outbreak: outbreak() })).toEqual(NO_OUTBREAK);
    expect(outbreakAfterRestart({ ...three, outbreak: outbreak({ told: true }) })).toEqual({
      deaths: [],
      outbreak: outbreak({ fromMono: 0, beganMono: 0, untilMono: 0, told: true }),
    });
  });
});

describe('the run after it', () => {
  const charged = (shot: Run['shot'], numbers: readonly number[] = [2, 3, 4, 5]): Run => ({ ...shotRun(), shot, charged: numbers });
  const shot = (mono: number, attempt = 3, isStart = false) => ({ attempt, mono, isStart });

  test.each<[string, Run['shot'], OutbreakState['outbreak'], readonly number[]]>([
    ['the resume that followed costs nothing', shot(HOUR), outbreak(), [2, 3, 5]],
    ['a start that failed does not either', shot(HOUR, 3, true), outbreak(), [2, 5]],
    ['from the first of the deaths', shot(HOUR - MINUTE), outbreak(), [2, 3, 5]],
    ['not before it', shot(HOUR - MINUTE - 1), outbreak(), [2, 3, 4, 5]],
    ['until it is over', shot(HOUR + MINUTE), outbreak(), [2, 3, 5]],
    ['not after it', shot(HOUR + MINUTE + 1), outbreak(), [2, 3, 4, 5]],
    ['nothing was common', shot(HOUR), null, [2, 3, 4, 5]],
    ['it was not killed', null, outbreak(), [2, 3, 4, 5]],
    ['nothing was charged for it', shot(HOUR, 9), outbreak(), [2, 3, 4, 5]],
  ])('%s', (_, of, common, left) => {
    const run = charged(of);
    const after = waiveCharge(run, { deaths: [], outbreak: common });
    expect(after).toEqual({ ...run, charged: left });
    if (left.length === run.charged.length) expect(after).toBe(run);
  });

  const going = outbreak();
  const short = (run: Run) => `attempt ${run.tried} was killed while a disk that it writes to is short of space`;
  const alive = { ...working().run.attempt };
  test.each<[string, Run, OutbreakState['outbreak'], isPressed: boolean, forMs: number | null]>([
    ['it waits until that is over', shotRun(), going, false, MINUTE],
    ['be its disk short of space or not', shotRun(), going, true, MINUTE],
    ['it died with the first', shotRun(MINUTE), going, false, MINUTE],
    ['it died before', shotRun(MINUTE + 1), going, false, null],
    ['that is over', shotRun(), outbreak({ untilMono: HOUR }), false, null],
    ['almost over', shotRun(), outbreak({ untilMono: HOUR + 1 }), false, 1],
    ['it died after it', shotRun(0), outbreak({ untilMono: HOUR - 1 }), false, null],
    ['nothing is common', shotRun(), null, false, null],
    ['its disk is short of space', shotRun(SECOND), null, true, LONGEST_MS - SECOND],
    ['for too long', shotRun(LONGEST_MS), null, true, null],
    ['almost for too long', shotRun(LONGEST_MS - 1), null, true, 1],
    ['it was not killed', shotRun(0, { shot: null }), going, true, null],
    ['an attempt before', shotRun(0, { tried: 7 }), going, true, null],
    ['something of it has to be ended', shotRun(0, { attempt: { ...alive, alive: true } as Run['attempt'] }), going, true, null],
    ['the operator asked', shotRun(0, { excuse: 'operator' }), going, true, null],
  ])('is held: %s', (_, run, common, isPressed, forMs) => {
    const hold = heldByCommon(run, { deaths: [], outbreak: common }, isPressed, AT);
    if (forMs === null) expect(hold).toBeNull();
    else {
      const because = common !== null ? 'many died' : short(run);
      expect(hold).toEqual({ untilMono: HOUR + forMs, hold: { kind: 'common-cause', untilWall: AT.wall + forMs, because } });
    }
  });
});
