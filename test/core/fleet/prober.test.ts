import { describe, expect, test } from 'vitest';
import type { HoldSaid } from '../../../src/core/fleet/holds.ts';
import type { ProbeRow } from '../../../src/core/fleet/probe.ts';
import {
  type Prober,
  type ProberEvent,
  type ProberMoment,
  proberReopened,
  proberStep,
  waitingProber,
} from '../../../src/core/fleet/prober.ts';

const HOLD: HoldSaid = { generation: 2, phase: 'held', refusals: 1, provenance: 'prose', untilWall: 100 };
const MINE: ProbeRow = { generation: 2, refusals: 1, host: 'a', nonce: 'a-1', run: 'job', ended: null };
const TICK: ProberEvent = { kind: 'tick' };
const reads = (row: ProbeRow | null, rev = 5): ProberEvent => ({ kind: 'read', stored: { rev, row } });
const written: ProberEvent = { kind: 'swapped', result: { kind: 'written', rev: 6 } };
const unknown: ProberEvent = { kind: 'swapped', result: { kind: 'unknown' } };

const MOMENT: Omit<ProberMoment, 'nowMs'> = {
  ...{ nowWall: 1000, host: 'a', nonce: 'a-1', run: 'job', hold: HOLD, unreachableMs: 0, isHeard: true },
  ...{ hears: () => true, othersProbe: false, slackMs: 10, chance: 0 },
};

function played(prober: Prober, ...events: readonly (readonly [number, ProberEvent, Partial<ProberMoment>?])[]) {
  let stepped = { prober, actions: [] as readonly unknown[] };
  for (const [nowMs, event, patch] of events) stepped = proberStep(stepped.prober, event, { ...MOMENT, nowMs, ...patch });
  return stepped;
}

const WAITING = waitingProber(0);
const claiming = played(WAITING, [0, TICK], [10, reads(null)]);
const probing = played(claiming.prober, [20, written]);

describe('a host that waits for a limit', () => {
  test('asks who probes when it is time, writes its row, and then probes', () => {
    expect(played(WAITING, [0, TICK], [0, TICK]).actions).toEqual([]);
    expect(played(WAITING, [0, TICK]).actions).toEqual([{ kind: 'read' }]);
    expect(claiming.actions).toEqual([{ kind: 'swap', rev: 5, row: MINE }]);
    expect(probing.actions).toEqual([{ kind: 'begin' }]);
  });

  test.each<[string, Partial<ProberMoment>]>([
    ['before the limit is over', { nowWall: 109 }],
    ['without a run that waits', { run: null }],
    ['when nothing is held', { hold: null }],
  ])('asks nothing %s', (_what, patch) => {
    expect(played(WAITING, [0, TICK, patch]).actions).toEqual([]);
  });

  test.each<[string, ProbeRow | null, Partial<ProberMoment>]>([
    ['another one probes', { ...MINE, host: 'b' }, {}],
    ['another one says so with its beat', null, { othersProbe: true }],
    ['nobody hears of it', null, { isHeard: false }],
  ])('does not claim when %s', (_what, row, patch) => {
    expect(played(WAITING, [0, TICK], [10, reads(row), patch]).actions).toEqual([]);
  });

  test('goes on with the later refusal that it finds', () => {
    const row = { ...MINE, host: 'b', refusals: 3 };
    expect(played(WAITING, [0, TICK], [10, reads(row), { hears: () => false }]).actions).toMatchObject([
      { row: { refusals: 3, host: 'a' } },
    ]);
  });

  test('does not claim by what the others said before it was cut off', () => {
    expect(played(WAITING, [0, TICK], [10, reads(null), { unreachableMs: 8001 }]).actions).toEqual([]);
    expect(played(WAITING, [0, TICK], [10, reads(null), { unreachableMs: 8000 }]).actions).toHaveLength(1);
  });
});

describe('a host without an engine', () => {
  const gone: ProberEvent = { kind: 'read', stored: null };
  const LONG = { unreachableMs: 1e6 };
  /** It asks in vain at both moments, and something may happen in between. */
  const inVain = (untilMs: number, ...between: Parameters<typeof played>[1][]) =>
    played(WAITING, [0, TICK], [1000, gone, LONG], ...between, [untilMs - 1000, TICK, LONG], [untilMs, gone, LONG]).actions;

  test('probes alone when it has asked in vain for long', () => {
    expect(inVain(60_999)).toEqual([]);
    expect(inVain(61_000)).toEqual([{ kind: 'begin' }]);
  });

  test('counts from its last answer, of whatever it asked', () => {
    expect(inVain(70_000, [6000, TICK], [6100, reads(null), LONG])).toEqual([]);
    expect(played(WAITING, [0, TICK], [1000, gone], [69_000, TICK], [70_000, gone, { unreachableMs: 59_999 }]).actions).toEqual([]);
  });

  test('that was stopped while it asked counts from when it is back', () =>
    expect(played(WAITING, [0, TICK], [90_000, gone, LONG]).actions).toEqual([]));
});

describe('a claim whose answer was lost', () => {
  const lost = played(claiming.prober, [20, unknown]);

  test('is looked up by the nonce of this try', () => {
    expect(lost.actions).toEqual([{ kind: 'read' }]);
    expect(played(lost.prober, [30, reads(MINE)]).actions).toEqual([{ kind: 'begin' }]);
    expect(played(lost.prober, [30, reads({ ...MINE, nonce: 'a-0' })]).prober.phase).toBe('waiting');
  });

  test('is looked up again where the answer is old, or came when nobody heard of this host', () => {
    expect(played(lost.prober, [9000, reads(MINE)]).actions).toEqual([]);
    expect(played(lost.prober, [30, reads(MINE), { isHeard: false }]).actions).toEqual([]);
    expect(played(claiming.prober, [9000, written]).actions).toEqual([{ kind: 'read' }]);
  });
});

describe('a probe that has ended', () => {
  test.each(['something', 'nothing'] as const)('and shown %s says so in its row', (showed) => {
    const { actions } = played(probing.prober, [500, { kind: 'ended', showed }], [500, TICK], [510, reads(MINE)]);
    expect(actions).toEqual([{ kind: 'swap', rev: 5, row: { ...MINE, ended: showed } }]);
  });

  test('leaves the row of another one as it is', () => {
    const { prober, actions } = played(
      probing.prober,
      [500, { kind: 'ended', showed: 'nothing' }],
      [500, TICK],
      [510, reads({ ...MINE, nonce: 'b-1' })],
    );
    expect([prober.phase, actions]).toEqual(['waiting', []]);
  });
});

test('a restarted program forgets what it asked, and not that it probes', () => {
  expect(proberReopened(claiming.prober, 90)).toEqual(waitingProber(90));
  expect(proberReopened(probing.prober, 90)).toMatchObject({ phase: 'probing', askedMs: null });
});
