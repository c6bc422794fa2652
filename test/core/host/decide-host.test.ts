import { describe, expect, test } from 'vitest';
import { decideHost, type HostDecision } from '../../../src/core/host/decide-host.ts';
import { diskViews } from '../../../src/core/host/disk-view.ts';
import { REST_MS, TROUBLED_REST_MS } from '../../../src/core/host/effort.ts';
import { type Host, NEW_HOST, takenOver } from '../../../src/core/host/state.ts';
import type { Filesystem } from '../../../src/core/model/disk.ts';
import type { HostAction, HostFact, ReclaimOutcome, ReclaimStepOutcome } from '../../../src/core/model/host.ts';
import { HOUR, MARKS, MINUTE, SECOND } from '../../kit/core/world.ts';

const GIB = 2 ** 30;
const DATA = '/srv/data';

/**
 * A machine on a virtual clock: decisions are remembered, and performed only when the test says so.
 */
class Machine {
  host: Host = NEW_HOST;
  mono = 0;
  readonly decisions: HostDecision[] = [];
  #seq = 0;

  tell(fact: HostFact, mayAct = true): HostDecision {
    this.#seq += 1;
    const at = { wall: 1_800_000_000_000 + this.mono, mono: this.mono };
    const decision = decideHost(this.host, { ...fact, seq: this.#seq, at, jitter: 0 }, { marks: MARKS, mayAct, recovers: false });
    this.host = JSON.parse(JSON.stringify(decision.host));
    this.decisions.push(decision);
    return decision;
  }

  /** A sample after this many seconds; sizes in GiB. */
  sample(seconds: number, availableGib: number, mayAct = true, more: readonly Filesystem[] = []): HostDecision {
    this.mono += seconds * SECOND;
    const filesystem: Filesystem = {
      device: '7',
      path: DATA,
      paths: [DATA],
      totalBytes: 100 * GIB,
      availableBytes: availableGib * GIB,
      totalInodes: 0,
      availableInodes: 0,
    };
    return this.tell(
      { kind: 'disk.sampled', takenMono: this.mono, isWhole: true, filesystems: [filesystem, ...more], unreachable: [] },
      mayAct,
    );
  }

  finish(outcome: ReclaimOutcome, mayAct = true): HostDecision {
    return this.tell({ kind: 'reclaim.finished', action: this.host.pending?.id ?? 'none', outcome }, mayAct);
  }

  get actions(): readonly HostAction[] {
    return this.decisions.flatMap(({ actions }) => actions);
  }
}

const step = (reclaimer: string, measuredGib: number, changes: Partial<ReclaimStepOutcome> = {}): ReclaimStepOutcome => ({
  reclaimer,
  removed: 1,
  claimedBytes: GIB,
  measuredBytes: measuredGib * GIB,
  measuredInodes: null,
  problem: null,
  ...changes,
});
const done = (steps: readonly ReclaimStepOutcome[], others: readonly string[] = [], isEnough = false): ReclaimOutcome => ({
  kind: 'reclaimed',
  steps,
  others,
  isEnough,
  largest: ['40.0 GiB /srv/data/cache'],
});

const full = (): Machine => {
  const machine = new Machine();
  machine.sample(0, 3);
  return machine;
};

describe('a full disk', () => {
  test('is freed at once, until well above its mark', () => {
    const [reclaim] = full().actions;
    expect(reclaim).toMatchObject({ kind: 'reclaim', device: '7', path: DATA, untilBytes: 20 * GIB, without: [] });
    expect(reclaim?.because).toContain('freeing space at /srv/data');
  });

  test('holds the runs that write there, and no others', () => {
    const { host } = full();
    expect(diskViews(host)(['/home', DATA]).hold).toMatchObject({ kind: 'disk', untilWall: null });
    expect(diskViews(host)(['/home']).hold).toBeNull();
    expect(diskViews(host)([DATA]).takenMono).toBe(0);
    expect(diskViews(host)(['/home', DATA]).takenMono).toBeNull();
  });

  test('is not acted on twice with one sample, nor while space is being freed', () => {
    const machine = full();
    machine.sample(1, 3);
    machine.finish(done([step('images', 1)]));
    expect(machine.actions).toHaveLength(1);
    machine.sample(1, 4);
    expect(machine.actions.map(({ kind }) => kind)).toEqual(['reclaim', 'reclaim']);
  });

  test('a reclaimer that freed nothing, whatever it says, rests for an hour', () => {
    const machine = full();
    machine.finish(done([step('build-cache', 0), step('images', 2)]));
    machine.sample(1, 5);
    expect(machine.actions.at(-1)).toMatchObject({ kind: 'reclaim', without: ['build-cache'] });
    machine.finish(done([step('images', 1)], ['build-cache']));
    machine.mono += REST_MS;
    machine.sample(1, 6);
    expect(machine.actions.at(-1)).toMatchObject({ kind: 'reclaim', without: [] });
  });

  test('of which nothing more can be freed is for a person, once, with what was tried; tried again after an hour', () => {
    const machine = full();
    const told = machine.finish(done([step('build-cache', 0), step('images', 0)]));
    expect(told.actions).toEqual([
      {
        kind: 'tell',
        id: 'host/2/7',
        cause: { about: 'disk', path: DATA, isReadOnly: false },
        because: expect.stringContaining('nothing more can be freed'),
        tried: ['build-cache: freed 0 bytes in one try', 'images: freed 0 bytes in one try', 'takes space: 40.0 GiB /srv/data/cache'],
        isOver: false,
      },
    ]);
    for (let look = 0; look < 100; look++) machine.sample(15, 3);
    expect(machine.actions.map(({ kind }) => kind)).toEqual(['reclaim', 'tell']);
    expect(diskViews(machine.host)([DATA]).hold?.because).toContain('a person is notified');
    machine.mono += HOUR;
    machine.sample(15, 3);
    expect(machine.actions.map(({ kind }) => kind)).toEqual(['reclaim', 'tell', 'reclaim']);
    machine.finish(done([step('build-cache', 0), step('images', 0)]));
    expect(machine.actions.filter(({ kind }) => kind === 'tell')).toHaveLength(1);
  });

  test('a reclaimer that could not do what it might is asked again much sooner', () => {
    const machine = full();
    const because = 'Docker is not running: nothing answers on its socket';
    machine.finish(done([step('logs', 0), step('images', 0, { claimedBytes: 0, measuredBytes: null, problem: because })]));
    expect(machine.actions.at(-1)).toMatchObject({ kind: 'tell', tried: expect.arrayContaining([expect.stringContaining(because)]) });
    machine.sample(1, 3);
    expect(machine.actions.at(-1)?.kind).toBe('tell');
    machine.mono += TROUBLED_REST_MS;
    machine.sample(1, 3);
    expect(machine.actions.at(-1)).toMatchObject({ kind: 'reclaim', without: ['logs'] });
  });

  test('what freed no byte, but inodes where they are short, has helped', () => {
    const machine = full();
    const { because } = machine.finish(done([step('commands', 0, { measuredInodes: 900 })]));
    expect(because).toContain('commands removed 1 and freed 0 bytes and 900 inodes');
    machine.sample(1, 3);
    expect(machine.actions).toMatchObject([{ kind: 'reclaim' }, { kind: 'reclaim', without: [] }]);
  });

  test('that ends with enough room concerns nobody, whoever made the room', () => {
    const machine = full();
    machine.finish(done([step('images', 0)], [], true));
    expect(machine.actions.map(({ kind }) => kind)).toEqual(['reclaim']);
  });

  test('with something left that rests is not given up yet', () => {
    const machine = full();
    machine.finish(done([step('images', 0)], ['commands']));
    expect(machine.actions.filter(({ kind }) => kind === 'tell')).toEqual([]);
  });

  test('has enough space again: the person is notified, and the next time is a new notice', () => {
    const machine = full();
    machine.finish(done([step('images', 0)]));
    for (let look = 0; look < 30; look++) machine.sample(15, 60);
    expect(machine.actions.slice(1)).toMatchObject([
      { kind: 'tell', isOver: false },
      { kind: 'tell', isOver: true, cause: { about: 'disk', path: DATA, isReadOnly: false } },
    ]);
    expect(machine.host.efforts).toEqual({});
    machine.sample(15, 3);
    expect(machine.actions.at(-1)?.kind).toBe('reclaim');
  });

  test('with room for a run lets it go on, though more is freed still', () => {
    const machine = full();
    machine.finish(done([step('images', 8)]));
    machine.sample(1, 11);
    expect(diskViews(machine.host)([DATA]).hold).toBeNull();
    expect(machine.actions.at(-1)?.kind).toBe('reclaim');
  });

  test('and a reclaim that failed completely: a person is notified', () => {
    const machine = full();
    machine.finish({ kind: 'failed', because: 'EIO' });
    expect(machine.actions.map(({ kind }) => kind)).toEqual(['reclaim', 'tell']);
  });

  test('while another process frees space: tried again with the next sample', () => {
    const machine = full();
    machine.finish({ kind: 'abandoned', because: 'process 7 is freeing space at this moment' });
    machine.sample(15, 3);
    expect(machine.actions.map(({ kind }) => kind)).toEqual(['reclaim', 'reclaim']);
  });

  test('with DOGWATCH_ENABLED=0 is only observed', () => {
    const machine = new Machine();
    machine.sample(0, 3, false);
    expect(machine.actions).toEqual([]);
    expect(machine.decisions[0]?.because).toContain('critical');
  });
});

test('nobody is notified of the end of something unreported', () => {
  const machine = full();
  machine.finish(done([step('images', 60)]));
  for (let look = 0; look < 30; look++) machine.sample(15, 60);
  expect(machine.actions.map(({ kind }) => kind)).toEqual(['reclaim']);
  expect(machine.host.efforts).toEqual({});
});

test('one disk after the other, the critical one first', () => {
  const machine = new Machine();
  const inodes = { totalInodes: 0, availableInodes: 0 };
  const other = (availableGib: number): Filesystem => ({
    device: '8',
    path: '/home',
    paths: ['/home'],
    totalBytes: 100 * GIB,
    availableBytes: availableGib * GIB,
    ...inodes,
  });
  for (let look = 0; look < 3; look++) machine.sample(15, 14, true, [other(look < 2 ? 50 : 1)]);
  expect(machine.actions).toMatchObject([{ kind: 'reclaim', device: '8' }]);
  machine.sample(15, 14, true, [other(1)]);
  expect(machine.actions).toHaveLength(1);
  machine.finish(done([step('images', 50)]));
  machine.sample(15, 14, true, [other(50)]);
  expect(machine.actions.at(-1)).toMatchObject({ kind: 'reclaim', device: '7' });
});

test('the outcome of another reclaim changes nothing', () => {
  const machine = full();
  const before = machine.host;
  const late = machine.tell({ kind: 'reclaim.finished', action: 'host/99', outcome: done([step('images', 0)]) });
  expect([machine.host, late.material, late.actions]).toEqual([before, false, []]);
});

test('switched off midway: nobody is notified, nothing is begun', () => {
  const machine = full();
  expect(machine.finish(done([step('images', 0)]), false).actions).toEqual([]);
  expect(machine.sample(15, 3, false).actions).toEqual([]);
});

test('a low disk that the next watchdog finds low again is not over in between', () => {
  const machine = new Machine();
  for (let look = 0; look < 3; look++) machine.sample(15, 14);
  machine.finish(done([step('images', 0)]));
  machine.host = takenOver(machine.host);
  for (let look = 0; look < 3; look++) machine.sample(15, 14);
  expect(machine.actions.map((action) => (action.kind === 'tell' ? `tell ${action.isOver}` : action.kind))).toEqual([
    'reclaim',
    'tell false',
    'reclaim',
  ]);
});

test('a low disk is freed only when it stays low', () => {
  const machine = new Machine();
  machine.sample(0, 14);
  machine.sample(15, 14);
  expect(machine.actions).toEqual([]);
  machine.sample(15, 14);
  expect(machine.actions).toMatchObject([{ kind: 'reclaim' }]);
  expect(diskViews(machine.host)([DATA]).hold).toBeNull();
});

test('a sample that changes nothing is not recorded', () => {
  const machine = new Machine();
  machine.sample(0, 60);
  machine.sample(15, 59);
  expect(machine.decisions.every(({ material }) => !material)).toBe(true);
});

test('the next watchdog frees space again, and tells nobody twice', () => {
  const machine = full();
  machine.finish(done([step('images', 0)]));
  machine.host = takenOver(machine.host);
  machine.mono = 5 * MINUTE;
  machine.sample(0, 3);
  expect(machine.actions.map(({ kind }) => kind)).toEqual(['reclaim', 'tell', 'reclaim']);
  machine.finish(done([step('images', 0)]));
  expect(machine.actions.filter(({ kind }) => kind === 'tell')).toHaveLength(1);
});
