import { describe, expect, test } from 'vitest';
import { type Held, type Lease, type LeaseEvent, type LeaseRow, type Moment, recalled, unseen } from '../../../src/core/fleet/lease.ts';
import { step } from '../../../src/core/fleet/step.ts';
import { LEASE_TIMES } from '../../../src/core/fleet/times.ts';

const ROW: LeaseRow = { holder: 'b', nonce: 'theirs', epoch: 4, beat: 9, isReleased: false };
const OURS: LeaseRow = { holder: 'a', nonce: 'ours', epoch: 5, beat: 0, isReleased: false };

const at = (nowMs: number, patch: Partial<Moment> = {}): Moment => ({
  nowMs,
  host: 'a',
  nonce: 'ours',
  wants: true,
  epochBeside: 0,
  times: LEASE_TIMES,
  ...patch,
});
const reads = (row: LeaseRow | null, rev = 7): LeaseEvent => ({ kind: 'read', stored: { rev, row } });
const swapped = (kind: 'refused' | 'unknown'): LeaseEvent => ({ kind: 'swapped', result: { kind } });
const written = (rev: number): LeaseEvent => ({ kind: 'swapped', result: { kind: 'written', rev } });
const TICK: LeaseEvent = { kind: 'tick' };

/** Plays events, each at its time. Returns the lease, and what was done after the last of them. */
function played(lease: Lease, ...events: readonly (readonly [number, LeaseEvent, Partial<Moment>?])[]) {
  let stepped = { lease, actions: [] as readonly unknown[] };
  for (const [nowMs, event, patch] of events) stepped = step(stepped.lease, event, at(nowMs, patch));
  return stepped;
}

const looking = (row: LeaseRow | null) => played(unseen(0, 0), [0, TICK], [10, reads(row)]);
const HELD = played(unseen(0, 0), [0, TICK], [10, reads(null)], [40, written(1)]).lease as Held;

describe('who would like a lease', () => {
  test('takes one that nobody holds, or that was given up, in the next epoch', () => {
    expect(looking(null).actions).toEqual([{ kind: 'swap', rev: 7, row: { ...OURS, epoch: 1 } }]);
    expect(looking({ ...ROW, isReleased: true }).actions).toEqual([{ kind: 'swap', rev: 7, row: OURS }]);
  });

  test('takes none that an engine has forgotten: the files show a later epoch', () => {
    const beside = { epochBeside: 6 };
    expect(played(unseen(0, 0), [0, TICK], [10, reads(null), beside]).actions).toEqual([]);
    expect(played(unseen(0, 6), [0, TICK], [10, reads({ ...ROW, isReleased: true })]).actions).toEqual([]);
  });

  test('waits while it changes, then looks once more, then takes exactly what it saw', () => {
    const seen = looking(ROW).lease;
    const often = Array.from({ length: 10 }, (_, look) => 6010 + look * 6000).flatMap((ms): [number, LeaseEvent][] => [
      [ms, TICK],
      [ms, reads(ROW)],
    ]);
    const stale = played(seen, ...often);
    expect(stale.actions).toEqual([{ kind: 'read' }]);
    expect(played(stale.lease, [60_050, reads(ROW)]).actions).toEqual([{ kind: 'swap', rev: 7, row: OURS }]);
    expect(played(stale.lease, [60_050, reads({ ...ROW, beat: 10 }, 8)]).actions).toEqual([]);
    // The same revision again, of another row: the engine was rolled back.
    expect(played(stale.lease, [60_050, reads({ ...ROW, beat: 3 })]).actions).toEqual([]);
  });

  test.each([
    [1000, 3000, 9000],
    [1000, 3000, 60_000],
    [200, 600, 600_000],
    [10_000, 30_000, 60_000],
  ])('takes that of a dead holder, with all times that are safe: %i, %i, %i', (renewMs, fenceMs, takeMs) => {
    const times = { renewMs, fenceMs, takeMs, endMs: 100 };
    let { lease, actions } = played(unseen(0, 0), [0, TICK, { times }]);
    let [nowMs, isTaken] = [0, false];
    // As often as the duty of a fleet looks; each answer comes at once.
    while (!isTaken && nowMs < 2 * takeMs) {
      if (actions.length === 0) {
        nowMs += renewMs / 10;
        ({ lease, actions } = played(lease, [nowMs, TICK, { times }]));
      } else ({ lease, actions } = played(lease, [nowMs, reads(ROW), { times }]));
      isTaken = actions.some((action) => (action as { kind: string }).kind === 'swap');
    }
    expect(nowMs).toBeGreaterThanOrEqual(takeMs);
    expect(nowMs).toBeLessThanOrEqual(takeMs + renewMs);
  });

  test('begins its wait again after a time in which the engine answered nothing', () => {
    const deaf = played(looking(ROW).lease, [70_000, TICK], [70_010, reads(ROW)]);
    expect(deaf.actions).toEqual([]);
    expect(deaf.lease).toMatchObject({ seen: { sinceMs: 70_010 } });
  });

  test('that does not want it takes nothing', () => {
    expect(played(unseen(0, 0), [0, TICK, { wants: false }], [10, reads(null), { wants: false }]).actions).toEqual([]);
  });
});

describe('a try to take it', () => {
  const TRY = looking({ ...ROW, isReleased: true }).lease;

  test.each<[string, LeaseEvent, Lease['phase']]>([
    ['with exactly its nonce and epoch: it is held', reads(OURS, 8), 'held'],
    ['with its nonce from an earlier epoch: not this try', reads({ ...OURS, epoch: 3 }, 8), 'watching'],
    ['of another', reads({ ...ROW, nonce: 'quicker', epoch: 5 }, 8), 'watching'],
  ])('whose answer was lost is looked up: a row %s', (_what, event, phase) => {
    const asked = played(TRY, [2010, swapped('unknown')]);
    expect(asked.actions).toEqual([{ kind: 'read' }]);
    expect(played(asked.lease, [2020, event]).lease.phase).toBe(phase);
  });

  test('that was found after its fence is no lease', () => {
    expect(played(TRY, [30_010, written(8)]).lease.phase).toBe('watching');
    expect(played(TRY, [2010, swapped('unknown')], [30_010, reads(OURS, 8)]).lease.phase).toBe('watching');
  });

  test('that was found late feeds nobody, and is renewed first', () => {
    const found = played(TRY, [2010, swapped('unknown')], [5000, reads(OURS, 8)]);
    expect(found.actions).toEqual([]);
    expect(played(found.lease, [5000, TICK]).actions).toEqual([{ kind: 'swap', rev: 8, row: { ...OURS, beat: 1 } }]);
  });
});

describe('the holder', () => {
  test('counts from sending, and feeds the service manager with each prompt answer', () => {
    expect(HELD).toMatchObject({ rev: 1, untilMs: 10 + LEASE_TIMES.fenceMs });
    const renewed = played(HELD, [10_010, TICK], [10_900, written(2)]);
    expect(renewed).toMatchObject({ lease: { rev: 2, untilMs: 40_010, row: { beat: 1 } }, actions: [{ kind: 'feed' }] });
    expect(played(HELD, [10_010, TICK], [12_900, written(2)]).actions).toEqual([]);
  });

  test('sends the same beat again when its result is unknown, and counts from the first sending', () => {
    const again = played(HELD, [10_010, TICK], [12_010, swapped('unknown')], [12_600, TICK]);
    expect(again.actions).toEqual([{ kind: 'swap', rev: 1, row: { ...HELD.row, beat: 1 } }]);
    expect(played(again.lease, [12_650, written(2)]).lease).toMatchObject({ untilMs: 40_010 });
  });

  const refused = played(HELD, [10_010, TICK], [10_020, swapped('refused')]);
  test.each<[string, LeaseEvent, object]>([
    ['its own renewal, whose answer was lost', reads({ ...HELD.row, beat: 1 }, 2), { phase: 'held', rev: 2, untilMs: 40_010 }],
    ['its own row before it', reads(HELD.row, 5), { phase: 'held', rev: 5, untilMs: HELD.untilMs }],
    ['nothing', reads(null, 0), { phase: 'held', untilMs: HELD.untilMs }],
    ['no answer', { kind: 'read', stored: null }, { phase: 'held', untilMs: HELD.untilMs }],
    ['the row of another', reads(ROW, 2), { phase: 'fenced', own: null, floor: 4 }],
  ])('reads again after a refusal, which says nothing: %s', (_what, event, lease) => {
    expect(refused.actions).toEqual([{ kind: 'read' }]);
    expect(played(refused.lease, [10_030, event]).lease).toMatchObject(lease);
  });

  test('gives up at its time, whatever arrives then', () => {
    for (const event of [TICK, written(2), reads({ ...HELD.row, beat: 1 }, 2)]) {
      const over = played(HELD, [10_010, TICK], [HELD.untilMs, event]);
      expect(over).toMatchObject({ lease: { phase: 'fenced' }, actions: [{ kind: 'end', because: 'the lease was not renewed in time' }] });
    }
  });

  test('takes it again in a new epoch once its work is gone, if nobody was quicker', () => {
    const over = played(HELD, [HELD.untilMs, TICK]).lease;
    expect(played(over, [50_000, { kind: 'ended' }]).actions).toMatchObject([{ kind: 'swap', rev: 1, row: { epoch: 2 } }]);
    const lost = played(refused.lease, [10_030, reads(ROW, 2)]).lease;
    expect(played(lost, [20_000, { kind: 'ended' }])).toMatchObject({ lease: { phase: 'watching', floor: 4 }, actions: [] });
  });

  test('gives it up so that another need not wait', () => {
    const gone = played(HELD, [5000, { kind: 'released' }]);
    expect(gone.actions).toMatchObject([{ kind: 'swap', rev: 1, row: { isReleased: true } }]);
    expect(played(gone.lease, [5050, swapped('unknown')]).lease.phase).toBe('watching');
    // While an answer is due it is asked again.
    expect(played(HELD, [10_010, TICK], [10_020, { kind: 'released' }])).toMatchObject({ lease: { phase: 'held' }, actions: [] });
  });
});

describe('a program that starts again', () => {
  test('goes on with what it held, until when it held it', () => {
    const asking = played(HELD, [10_010, TICK]).lease;
    expect(recalled(asking, 11_000)).toMatchObject({ phase: 'held', untilMs: HELD.untilMs, isAsking: false, nextMs: 11_000 });
  });

  test('looks up whether its try was written, and otherwise begins to watch', () => {
    const trying = looking({ ...ROW, isReleased: true }).lease;
    expect(step(recalled(trying, 500), TICK, at(500)).actions).toEqual([{ kind: 'read' }]);
    expect(recalled(looking(ROW).lease, 500)).toEqual(unseen(500, 4));
  });
});
