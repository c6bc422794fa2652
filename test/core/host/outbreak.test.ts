import { describe, expect, test } from 'vitest';
import { decideHost } from '../../../src/core/host/decide-host.ts';
import { outbreakAfterRestart, outbreakNotice } from '../../../src/core/host/outbreak.ts';
import { key } from '../../../src/core/model/cause.ts';
import { Fleet } from '../../kit/core/fleet.ts';
import { HOUR, MARKS, MINUTE, SECOND, type Wishes } from '../../kit/core/world.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];

/** Runs that have worked for two minutes. */
function fleet(names: readonly string[] = NAMES, wishes: Wishes = {}): Fleet {
  const all = new Fleet(Object.fromEntries(names.map((name) => [name, wishes])));
  all.after(2 * MINUTE);
  for (const name of names) all.says(name);
  return all;
}

const killed = (all: Fleet, ...names: readonly string[]): void => {
  for (const run of names)
    all.tell({
      kind: 'process.exited',
      run,
      attempt: all.run(run).attempt?.number ?? 0,
      code: null,
      signal: 'SIGKILL',
      outOfMemory: false,
      survivors: [],
    });
};

/** What a disk measurement decides about the machine. */
function told(all: Fleet): readonly string[] {
  const seen = { kind: 'disk.sampled', takenMono: all.now.mono, isWhole: true, filesystems: [], unreachable: [] } as const;
  const decision = all.world.observe({ ...seen, seq: 1_000_000, at: all.now, jitter: 0 });
  if (decision?.kind !== 'host') throw new Error('a sample of the disks is about the machine');
  return decision.actions.flatMap((action) =>
    action.kind === 'tell' ? `${action.isOver ? 'over' : 'news'}: ${key(action.cause)}: ${action.because}` : [],
  );
}

const resumed = (all: Fleet) => NAMES.map((name) => all.resumes(name).length);
const charged = (all: Fleet) => NAMES.map((name) => all.run(name).charged.length);

describe('several runs that are killed within a minute', () => {
  test('charge nobody, are reported once, and wait until nothing has died for a minute', () => {
    const all = fleet();
    killed(all, 'a');
    all.after(10 * SECOND);
    killed(all, 'b');
    expect([resumed(all), charged(all)]).toEqual([
      [1, 1, 0, 0, 0],
      [1, 1, 0, 0, 0],
    ]);
    all.after(10 * SECOND);
    killed(all, 'c');
    expect(all.run('c')).toMatchObject({
      state: 'waiting',
      charged: [],
      holds: [{ kind: 'common-cause', untilWall: all.now.wall + MINUTE }],
      because: '3 of 5 runs were killed or could not be started within a minute (a, b, c)',
    });
    expect(told(all)).toEqual([expect.stringMatching(/^news: common-cause: 3 of 5 runs .*\(a, b, c\)/)]);
    expect(told(all)).toEqual([]);
    all.after(30 * SECOND);
    expect(resumed(all)).toEqual([1, 1, 0, 0, 0]);
    all.after(31 * SECOND);
    expect(resumed(all)).toEqual([1, 1, 1, 0, 0]);
    // Runs resumed before the outbreak was known are excused with their next observation.
    for (const name of ['a', 'b']) all.says(name);
    expect(charged(all)).toEqual([0, 0, 0, 0, 0]);
    expect(all.notices).toEqual([]);
    all.after(4 * MINUTE);
    expect(told(all)).toEqual([]);
    all.after(MINUTE);
    expect(told(all)).toEqual([expect.stringMatching(/^over: common-cause/)]);
    expect(told(all)).toEqual([]);
  });

  test('each further death makes the wait longer, up to five minutes', () => {
    const all = fleet();
    killed(all, 'a', 'b', 'c');
    for (let minute = 0; minute < 9; minute++) {
      all.after(30 * SECOND);
      if (all.run('d').attempt?.alive) killed(all, 'd');
      else if (all.run('e').attempt?.alive) killed(all, 'e');
      else break;
    }
    expect(resumed(all).every((count) => count <= 1)).toBe(true);
    all.after(5 * MINUTE);
    expect(resumed(all)).toEqual([0, 0, 1, 1, 1].map((least, index) => (index < 2 ? 1 : least)));
  });

  test('the same again after they came back: the longest wait, and no second notice', () => {
    const all = fleet();
    killed(all, 'a', 'b', 'c');
    expect(told(all)).toHaveLength(1);
    all.after(2 * MINUTE);
    killed(all, 'a', 'b', 'c');
    expect(all.run('c').holds).toEqual([expect.objectContaining({ untilWall: all.now.wall + 5 * MINUTE })]);
    expect(told(all)).toEqual([]);
    all.after(11 * MINUTE);
    expect(told(all)).toEqual([expect.stringMatching(/^over: /)]);
  });

  test.each<[string, (all: Fleet) => void]>([
    ['two are no more than chance', (all) => killed(all, 'a', 'b')],
    [
      'over more than a minute',
      (all) => {
        killed(all, 'a', 'b');
        all.after(61 * SECOND);
        killed(all, 'c');
      },
    ],
    [
      'ends of turns are none',
      (all) => {
        for (const name of ['a', 'b', 'c']) all.exits(name);
      },
    ],
    [
      'what the operator stops is none',
      (all) => {
        for (const name of ['a', 'b', 'c']) all.operator(name, { kind: 'stop', because: 'enough' });
      },
    ],
  ])('%s', (_, happens) => {
    const all = fleet();
    happens(all);
    expect(told(all)).toEqual([]);
    expect(NAMES.flatMap((name) => all.run(name).holds.filter(({ kind }) => kind === 'common-cause'))).toEqual([]);
  });

  test('three of many are no common cause', () => {
    const many = Array.from({ length: 12 }, (_, index) => `run-${index}`);
    const all = fleet(many);
    killed(all, 'run-0', 'run-1', 'run-2');
    expect(told(all)).toEqual([]);
    expect(all.resumes('run-2')).toEqual([2]);
    killed(all, 'run-3');
    expect(told(all)).toEqual([expect.stringContaining('4 of 12 runs')]);
    expect(all.resumes('run-3')).toEqual([]);
  });

  test('three of many are, where the others do not live', () => {
    const many = Array.from({ length: 12 }, (_, index) => `run-${index}`);
    const all = fleet(many);
    for (const name of many.slice(3)) {
      all.operator(name, { kind: 'pause', because: 'so' });
      all.exits(name);
    }
    killed(all, 'run-0', 'run-1', 'run-2');
    expect(told(all)).toEqual([expect.stringContaining('3 of 3 runs')]);
  });

  test('what the operator asks for is done at once', () => {
    const all = fleet();
    killed(all, 'a', 'b', 'c');
    all.operator('c', { kind: 'resume', prompt: null });
    expect(all.resumes('c')).toEqual([2]);
  });

  test('starts that fail are deaths as well', () => {
    const all = fleet();
    killed(all, 'a', 'b');
    all.failsToStart = true;
    all.exits('c');
    expect(all.run('c')).toMatchObject({ streak: { startFailures: 1 }, holds: [{ kind: 'common-cause' }], shot: { isStart: true } });
    all.failsToStart = false;
    all.after(2 * MINUTE);
    expect(all.run('c')).toMatchObject({ attempt: { number: 3, alive: true }, charged: [] });
  });

  test('after a restart of the watchdog nothing holds, and anyone notified is notified that it is over', () => {
    const all = fleet();
    killed(all, 'a', 'b', 'c');
    expect(outbreakNotice(outbreakAfterRestart(all.world.host.common), all.now)).toBe(null);
    told(all);
    const common = outbreakAfterRestart(all.world.host.common);
    const host = { ...all.world.host, common };
    const seen = { kind: 'disk.sampled', takenMono: 0, isWhole: true, filesystems: [], unreachable: [] } as const;
    const at = { wall: all.now.wall, mono: HOUR };
    const { actions } = decideHost(host, { ...seen, seq: 1, at, jitter: 0 }, { marks: MARKS, mayAct: true, recovers: false });
    expect(actions).toEqual([expect.objectContaining({ cause: { about: 'outbreak' }, isOver: true })]);
  });
});
