import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { Layout } from '../../../src/store/directory/layout.ts';
import type { LeaseHolder } from '../../../src/store/lease/row.ts';
import { openReader } from '../../../src/store/reader.ts';
import { identify, isAlive, signalProcess } from '../../../src/system/process/process.ts';
import { leased, stateDirectory } from '../../kit/opened-store.ts';
import { until } from '../../kit/until.ts';

const CONTENDER = fileURLToPath(new URL('../../store/lease/contender.ts', import.meta.url));
const LEASE_TIMEOUT_MS = 1000;

type Blow = 'kill' | 'stop' | 'stop for a moment' | 'hand off';
const BLOWS: readonly Blow[] = ['kill', 'kill', 'hand off', 'kill', 'stop for a moment', 'kill', 'kill', 'hand off', 'kill', 'stop'];

/** This many processes compete for the lease of one state. Returns what they say they have done. */
function race(where: Layout, count: number) {
  const witness = join(where.stateDir, '..', 'witness');
  writeFileSync(witness, '');
  const children = new Set<ChildProcess>();
  const enter = () => {
    const child = spawn(process.execPath, [CONTENDER, where.stateDir, witness, String(LEASE_TIMEOUT_MS)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    children.add(child);
    child.on('exit', () => children.delete(child));
  };
  onTestFinished(async () => {
    for (const child of children) child.kill('SIGKILL');
    await until('all contenders are gone', () => children.size === 0);
  });
  const fill = () => {
    while (children.size < count) enter();
  };
  /** The current holder, once it has acted. */
  const atWork = (after: number) =>
    until(`a process works after ${after}`, () => {
      fill();
      const holder = holderOf(where);
      return holder !== null && holder.fence > after && isAlive(holder) && acts(witness).at(-1)?.fence === holder.fence ? holder : null;
    });
  return { atWork, acts: () => acts(witness) };
}

function holderOf(where: Layout): LeaseHolder | null {
  const reader = openReader(where);
  try {
    return reader.lease();
  } finally {
    reader.close();
  }
}

const acts = (witness: string) =>
  readFileSync(witness, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split(' ').map(Number))
    .map(([fence = 0, pid = 0]) => ({ fence, pid }));

async function strike(blow: Blow, holder: LeaseHolder): Promise<void> {
  // Chance decides where in its work that is.
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 30));
  switch (blow) {
    case 'kill':
      signalProcess(holder, 'SIGKILL');
      return;
    case 'hand off':
      signalProcess(holder, 'SIGTERM');
      return;
    case 'stop':
      signalProcess(holder, 'SIGSTOP');
      return;
    case 'stop for a moment':
      signalProcess(holder, 'SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, LEASE_TIMEOUT_MS / 2));
      signalProcess(holder, 'SIGCONT');
  }
}

/** One process acted at a time, each after those with an older lease. */
function neverTwo(where: Layout, done: readonly { fence: number; pid: number }[]): void {
  const fences = done.map(({ fence }) => fence);
  expect(fences).toEqual([...fences].sort((a, b) => a - b));
  const owners = new Map(done.map(({ fence, pid }) => [fence, pid]));
  expect(done.filter(({ fence, pid }) => owners.get(fence) !== pid)).toEqual([]);
  const db = new DatabaseSync(where.database, { readOnly: true, timeout: 10_000 });
  // One moment: the others continue.
  db.exec('BEGIN');
  const actions = db.prepare('SELECT seq, fence FROM actions ORDER BY seq').all() as { seq: number; fence: number }[];
  const rows = db.prepare('SELECT seq FROM journal ORDER BY seq').all() as { seq: number }[];
  db.close();
  expect(actions.map(({ fence }) => fence)).toEqual(actions.map(({ fence }) => fence).sort((a, b) => a - b));
  expect(rows.length).toBeGreaterThanOrEqual(done.length * 2);
  expect(actions.length).toBe(rows.length / 2);
}

test.each([
  [2, BLOWS],
  [5, [...BLOWS, ...BLOWS]],
  [50, BLOWS.filter((blow) => blow !== 'stop for a moment')],
])('%i real processes race for it: never two writers, and finally always one', { timeout: 240_000 }, async (count, blows) => {
  const where = stateDirectory();
  const { atWork, acts: done } = race(where, count);
  let holder = await atWork(0);
  for (const blow of blows) {
    await strike(blow, holder);
    if (blow !== 'stop for a moment') holder = await atWork(holder.fence);
  }
  expect(holder.fence).toBeGreaterThan(blows.filter((blow) => blow !== 'stop for a moment').length);
  await strike('hand off', holder);
  neverTwo(where, done());
});

test('a reused pid is not a holder, and its process is left alone', async () => {
  const where = stateDirectory();
  const bystander = spawn('sleep', ['1000'], { stdio: 'ignore' });
  onTestFinished(() => void bystander.kill('SIGKILL'));
  const identity = await until('it runs', () => identify(bystander.pid ?? 0));
  await leased(where, { ...identity, startTicks: identity.startTicks - 1 });
  const { atWork } = race(where, 2);
  await atWork(1);
  expect(isAlive(identity)).toBe(true);
});
