import { expect, test } from 'vitest';
import { type DiskPorts, diskSampler } from '../../../src/system/disk/sampler.ts';

const SPACE = { totalBytes: 1000, availableBytes: 500, totalInodes: 100, availableInodes: 50 };
const SILENT = 'it does not answer';

/**
 * A machine with / (device 1) and /far (device 2), where /home/link leads to /far. A hanging call
 * never answers until `answer` is called.
 */
class Machine {
  hangs = new Set<string>();
  points = ['/', '/far'];
  /** Mount points that are not local. */
  remote = new Set<string>();
  readonly asked: string[] = [];
  #waiting: (() => void)[] = [];

  ports(deadlineMs: number): DiskPorts {
    return {
      deviceOf: async (path) => {
        this.asked.push(path);
        const device = this.points.findLast((point) => point !== '/' && (path === point || path.startsWith(`${point}/`)));
        const name = path.startsWith('/home/link') ? '/far' : (device ?? '/');
        if (this.hangs.has(name)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
        if (path.includes('forbidden')) throw new Error('EACCES: permission denied');
        return path.includes('absent') ? null : name;
      },
      spaceAt: async (path, device) => {
        this.asked.push(`space ${path} ${device}`);
        return SPACE;
      },
      mounts: () => this.points.map((point) => ({ point, device: point, isLocal: !this.remote.has(point) })),
      knock: async (point) => {
        this.asked.push(`knock ${point}`);
        if (this.hangs.has(point)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
      },
      deadlineMs,
    };
  }

  answer(): void {
    this.hangs.clear();
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** No test that waits this long hangs. */
const NEVER = 60_000;
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('each filesystem is measured once, with all its paths; a missing path is measured at its parent', async () => {
  const machine = new Machine();
  const sample = diskSampler(machine.ports(NEVER));
  expect(await sample(['/work', '/far/a', '/tmp', '/far/absent/absent', '/work'])).toEqual({
    filesystems: [
      { device: '/', path: '/tmp', paths: ['/tmp', '/work'], ...SPACE },
      { device: '/far', path: '/far/a', paths: ['/far/a', '/far/absent/absent'], ...SPACE },
    ],
    unreachable: [],
  });
  expect(machine.asked).toEqual([
    '/work',
    'space /work /',
    '/tmp',
    '/far/a',
    'space /far/a /far',
    '/far/absent/absent',
    '/far/absent',
    '/far',
  ]);
});

test('a link is on the filesystem that it leads to', async () => {
  const machine = new Machine();
  const { filesystems } = await diskSampler(machine.ports(NEVER))(['/work', '/home/link', '/far/a']);
  expect(filesystems.map(({ device, paths }) => [device, paths])).toEqual([
    ['/', ['/work']],
    ['/far', ['/far/a', '/home/link']],
  ]);
});

test('the filesystem of a path is determined anew with each sample', async () => {
  const machine = new Machine();
  const sample = diskSampler(machine.ports(NEVER));
  const devices = async () => (await sample(['/work'])).filesystems.map(({ device }) => device);
  expect(await devices()).toEqual(['/']);
  machine.points.push('/work');
  expect(await devices()).toEqual(['/work']);
});

test('a path that cannot be measured is reported in the words of the kernel, and the rest is measured', async () => {
  const { filesystems, unreachable } = await diskSampler(new Machine().ports(NEVER))(['/forbidden', '/work']);
  expect(unreachable).toEqual([{ path: '/forbidden', because: 'EACCES: permission denied' }]);
  expect(filesystems.map(({ paths }) => paths)).toEqual([['/work']]);
});

test('a hanging one is asked only once until it answers; others are still measured', async () => {
  const machine = new Machine();
  const sample = diskSampler(machine.ports(20));
  machine.hangs.add('/far');
  for (let round = 0; round < 3; round++) {
    const { filesystems, unreachable } = await sample(['/far/a', '/far/b', '/work', '/far/c']);
    expect(filesystems.map(({ device }) => device)).toEqual(['/']);
    expect(unreachable).toEqual(['/far/a', '/far/b', '/far/c'].map((path) => ({ path, because: SILENT })));
  }
  expect(machine.asked.filter((what) => what.includes('/far'))).toEqual(['/far/a']);
  machine.answer();
  await settled();
  expect(
    machine.asked.filter((what) => what.includes('/far/b')),
    'the look that was too late is not gone on with',
  ).toEqual([]);
  const { filesystems, unreachable } = await sample(['/far/a', '/far/b', '/work']);
  expect([filesystems.length, unreachable]).toEqual([2, []]);
});

test('a link to a hanging one does not hide the filesystem it is on', async () => {
  const machine = new Machine();
  const sample = diskSampler(machine.ports(20));
  const paths = ['/home/link', '/home/jo'];
  await sample(paths);
  machine.hangs.add('/far');
  for (let round = 0; round < 2; round++) {
    const { filesystems, unreachable } = await sample(paths);
    expect(filesystems.map((one) => one.paths)).toEqual([['/home/jo']]);
    expect(unreachable).toEqual([{ path: '/home/link', because: SILENT }]);
  }
});

test('a hanging one mounted over a path does not hide what was below', async () => {
  const machine = new Machine();
  const sample = diskSampler(machine.ports(20));
  await sample(['/work/data', '/work']);
  machine.points.push('/work/data');
  machine.hangs.add('/work/data');
  const { filesystems, unreachable } = await sample(['/work/data', '/work']);
  expect(filesystems.map(({ paths }) => paths)).toEqual([['/work']]);
  expect(unreachable).toEqual([{ path: '/work/data', because: SILENT }]);
});

test('one that is not local is knocked at first, once, and not looked at before it answers', async () => {
  const machine = new Machine();
  machine.remote.add('/far');
  const sample = diskSampler(machine.ports(20));
  const paths = ['/far/a', '/work', '/home/link'];
  expect((await sample(paths)).unreachable).toEqual([]);
  expect(machine.asked.filter((what) => what.startsWith('knock'))).toEqual(['knock /far']);
  machine.hangs.add('/far');
  machine.asked.length = 0;
  for (let round = 0; round < 3; round++) {
    const { filesystems, unreachable } = await sample(paths);
    expect(filesystems.map((one) => one.paths)).toEqual([['/work']]);
    expect(unreachable).toEqual(['/far/a', '/home/link'].map((path) => ({ path, because: SILENT })));
  }
  // The link's target is known from the previous look.
  expect(machine.asked.filter((what) => /far|link/.test(what))).toEqual(['knock /far', 'knock /far']);
  machine.answer();
  await settled();
  expect((await sample(paths)).unreachable).toEqual([]);
});

test('an error of one that is not local is reported for all its paths', async () => {
  const machine = new Machine();
  machine.remote.add('/far');
  const ports = { ...machine.ports(NEVER), knock: () => Promise.reject(new Error('df: /far: Permission denied')) };
  const { filesystems, unreachable } = await diskSampler(ports)(['/far/a', '/far/b', '/work']);
  expect(filesystems.map(({ paths }) => paths)).toEqual([['/work']]);
  expect(unreachable).toEqual(['/far/a', '/far/b'].map((path) => ({ path, because: 'df: /far: Permission denied' })));
});

test('concurrent samples are taken one after the other', async () => {
  const machine = new Machine();
  const sample = diskSampler(machine.ports(NEVER));
  const [one, other] = await Promise.all([sample(['/work', '/far/a']), sample(['/far/a', '/tmp'])]);
  expect([one?.unreachable, other?.unreachable]).toEqual([[], []]);
  expect(machine.asked.filter((what) => !what.startsWith('space'))).toEqual(['/work', '/far/a', '/far/a', '/tmp']);
});

test('of many hanging ones, three are asked: the fourth thread is for everything else', async () => {
  const machine = new Machine();
  machine.points = ['/', '/1', '/2', '/3', '/4', '/5'];
  for (const point of machine.points.slice(1)) machine.hangs.add(point);
  const { unreachable } = await diskSampler(machine.ports(10))(['/1', '/2', '/3', '/4', '/5']);
  expect(machine.asked).toEqual(['/1', '/2', '/3']);
  expect(unreachable.map(({ because }) => because)).toEqual([
    SILENT,
    SILENT,
    SILENT,
    ...Array(2).fill(expect.stringMatching(/^not asked: 3/)),
  ]);
});

test('on this machine: existing paths, and one that does not exist yet', async () => {
  const { filesystems, unreachable } = await diskSampler()(['/proc', '/dev', '/dev/no/such/path']);
  expect(unreachable).toEqual([]);
  expect(filesystems.map(({ paths }) => paths)).toEqual([['/proc'], ['/dev', '/dev/no/such/path']]);
  const [proc, dev] = filesystems;
  expect(proc).toMatchObject({ totalBytes: 0, availableBytes: 0 });
  expect(dev?.totalBytes).toBeGreaterThanOrEqual(dev?.availableBytes ?? Number.NaN);
});
