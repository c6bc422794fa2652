import { describe, expect, test } from 'vitest';
import { emptyOutbox, GONE, type Outbox, type OutboxEvent, outboxStep, type Posted, reopened } from '../../../src/core/fleet/outbox.ts';

const TICK: OutboxEvent = { kind: 'tick' };
const changed = (key: string, document: string): OutboxEvent => ({ kind: 'changed', key, document });
const swapped = (kind: 'refused' | 'unknown'): OutboxEvent => ({ kind: 'swapped', result: { kind } });
const written = (rev: number): OutboxEvent => ({ kind: 'swapped', result: { kind: 'written', rev } });
const reads = (row: Posted | null, rev = 5): OutboxEvent => ({ kind: 'read', stored: { rev, row } });
const said = (number: number, document: string): Posted => ({ number, document });

/** Plays events, each at its time (ms, by both clocks). Returns what was sent at last. */
function played(outbox: Outbox, ...events: readonly (readonly [number, OutboxEvent])[]) {
  let stepped = { outbox, actions: [] as readonly unknown[] };
  for (const [ms, event] of events) stepped = outboxStep(stepped.outbox, event, { nowMs: ms, nowWall: ms });
  return stepped;
}

const EMPTY = emptyOutbox(0);
const POSTED = played(EMPTY, [10, changed('a', 'one')], [10, TICK], [20, written(7)]).outbox;
const isPosted = ({ rows }: Outbox, key = 'a') => rows.get(key)?.isPosted;

describe('a change', () => {
  test('is sent at the revision that its key has', () => {
    expect(played(EMPTY, [10, changed('a', 'one')], [10, TICK]).actions).toEqual([
      { kind: 'swap', key: 'a', rev: 0, row: said(10, 'one') },
    ]);
    expect(played(POSTED, [30, changed('a', 'two')], [30, TICK]).actions).toEqual([
      { kind: 'swap', key: 'a', rev: 7, row: said(30, 'two') },
    ]);
    expect(isPosted(POSTED)).toBe(true);
  });

  test('that is none is not sent', () => {
    expect(played(POSTED, [30, changed('a', 'one')], [30, TICK]).actions).toEqual([]);
  });

  test('takes the place of one that was not sent', () => {
    const { outbox, actions } = played(EMPTY, [10, changed('a', 'one')], [11, changed('a', 'two')], [11, TICK], [20, written(1)]);
    expect(actions).toEqual([]);
    expect(isPosted(outbox)).toBe(true);
  });

  test('that comes while the one before is under way is sent after it', () => {
    const { outbox } = played(EMPTY, [10, changed('a', 'one')], [10, TICK], [15, changed('a', 'two')], [20, written(1)]);
    expect(isPosted(outbox)).toBe(false);
    expect(played(outbox, [20, TICK]).actions).toEqual([{ kind: 'swap', key: 'a', rev: 1, row: said(15, 'two') }]);
  });

  test('is sent after those that were made before it', () => {
    const { outbox } = played(EMPTY, [10, changed('b', 'one')], [11, changed('a', 'one')]);
    expect(played(outbox, [11, TICK]).actions).toMatchObject([{ key: 'b' }]);
  });

  test('has a greater number than the one before, also after the clock was set back', () => {
    expect(played(POSTED, [5, changed('a', 'two')]).outbox.last).toBe(11);
  });
});

describe('a change whose answer is no', () => {
  const sent = played(EMPTY, [10, changed('a', 'one')], [10, TICK]).outbox;

  test.each(['refused', 'unknown'] as const)('%s: the key is read', (kind) => {
    expect(played(sent, [20, swapped(kind)]).actions).toEqual([{ kind: 'read', key: 'a' }]);
  });

  test('was written after all', () => {
    expect(isPosted(played(sent, [20, swapped('unknown')], [30, reads(said(10, 'one'))]).outbox)).toBe(true);
  });

  test('was not written: it is sent again at the revision that stands there', () => {
    const { actions } = played(sent, [20, swapped('refused')], [30, reads(said(3, 'old'))], [530, TICK]);
    expect(actions).toEqual([{ kind: 'swap', key: 'a', rev: 5, row: said(10, 'one') }]);
  });

  test('cannot be looked up: it is read again after a while', () => {
    const unread = played(sent, [20, swapped('unknown')], [30, { kind: 'read', stored: null }]).outbox;
    expect(played(unread, [529, TICK]).actions).toEqual([]);
    expect(played(unread, [530, TICK]).actions).toEqual([{ kind: 'read', key: 'a' }]);
  });

  test('is read first after a restart: it may have been written', () => {
    expect(played(reopened(sent, 40), [40, TICK]).actions).toEqual([{ kind: 'read', key: 'a' }]);
  });
});

describe('an engine that has lost rows', () => {
  test('is found out by looking at one row after another, and by a write at an older revision', () => {
    const two = played(POSTED, [30, changed('b', 'one')], [30, TICK], [40, written(8)]).outbox;
    const looked = played(two, [5000, TICK]);
    expect(looked.actions).toEqual([{ kind: 'read', key: 'b' }]);
    const doubted = played(looked.outbox, [5010, reads(null, 0)], [5510, TICK]);
    expect(doubted.actions).toEqual([{ kind: 'swap', key: 'b', rev: 8, row: said(30, 'one') }]);
    const again = played(doubted.outbox, [5520, swapped('refused')], [5530, reads(null, 0)], [6030, TICK]);
    expect(again.actions).toEqual([{ kind: 'swap', key: 'b', rev: 0, row: said(30, 'one') }]);
    const { outbox } = played(again.outbox, [6040, written(3)]);
    expect([isPosted(outbox, 'a'), isPosted(outbox, 'b')]).toEqual([false, true]);
  });

  test('that only showed an older row has lost none', () => {
    const doubted = played(POSTED, [5000, TICK], [5010, reads(said(3, 'old'))], [5510, TICK]).outbox;
    expect(isPosted(played(doubted, [5520, written(9)]).outbox)).toBe(true);
  });

  test('and is another one gets everything', () => {
    const known = played(POSTED, [30, { kind: 'engine', made: 'monday' }]).outbox;
    expect(isPosted(known)).toBe(true);
    const { actions } = played(known, [40, { kind: 'engine', made: 'tuesday' }], [40, TICK]);
    expect(actions).toEqual([{ kind: 'swap', key: 'a', rev: 0, row: said(10, 'one') }]);
  });
});

describe('a host whose state was put back from an older copy', () => {
  test('counts on from what the engine has, and sends everything', () => {
    const { outbox } = played(POSTED, [5000, TICK], [5010, reads(said(9000, 'later'))]);
    expect(outbox.last).toBe(9001);
    expect(played(outbox, [5510, TICK]).actions).toEqual([{ kind: 'swap', key: 'a', rev: 5, row: said(9001, 'one') }]);
  });

  test('says that a run is gone which it never had', () => {
    const { outbox } = played(POSTED, [30, { kind: 'listed', key: 'b', stored: { rev: 4, row: said(20, 'one') } }]);
    expect(played(outbox, [30, TICK]).actions).toEqual([{ kind: 'swap', key: 'b', rev: 4, row: said(30, GONE) }]);
    const known = played(POSTED, [30, { kind: 'listed', key: 'a', stored: { rev: 4, row: said(20, 'one') } }]).outbox;
    expect(known).toBe(POSTED);
  });
});
