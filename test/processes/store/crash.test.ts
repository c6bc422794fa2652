import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { Layout } from '../../../src/store/directory/layout.ts';
import { takeLease } from '../../../src/store/lease/lease.ts';
import { openReader } from '../../../src/store/reader.ts';
import { openStore } from '../../../src/store/store.ts';
import { identify, isAlive, monoMs } from '../../../src/system/process/process.ts';
import { stateDirectory } from '../../kit/opened-store.ts';
import { newRunNamed, noting } from '../../kit/samples-of-decisions.ts';

const WRITER = fileURLToPath(new URL('../../store/writer.ts', import.meta.url));
const DEADLINE_MS = 60_000;

/** A writer in a separate process, and the lines it has printed so far. */
function writer(where: Layout, ...batches: string[]) {
  const child = spawn(process.execPath, [WRITER, where.stateDir, ...batches], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  return { child, lines: () => text.split('\n').slice(0, -1) };
}

async function until(isSo: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'close');
}

const deps = {
  isAlive,
  kill: async () => false,
  now: () => ({ wall: Date.now(), mono: monoMs() }),
  pause: async () => {},
  releaseBallast: () => false,
};

const me = () => {
  const identity = identify(process.pid);
  if (identity === null) throw new Error('this process is not found');
  return identity;
};

test('after kill -9 at any moment everything acknowledged as recorded is there, and nothing is incomplete', async () => {
  const where = stateDirectory();
  let sure = 0;
  for (let round = 1; round <= 12; round++) {
    const { child, lines } = writer(where);
    // Each round dies at another point of its work.
    await until(() => lines().length > 1 + round * 5, 'the writer records');
    await killed(child);
    expect(lines()[0]).toBe(`taken ${round}`);
    sure = Number(lines().at(-1));

    const db = new DatabaseSync(where.database);
    const rows = db.prepare('SELECT seq, run, actions FROM journal ORDER BY seq').all() as { seq: number; run: string; actions: string }[];
    const actions = db.prepare('SELECT seq FROM actions ORDER BY seq').all() as { seq: number }[];
    const { document } = db.prepare("SELECT document FROM runs WHERE id = 'two.1'").get() as { document: string };
    expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    db.close();
    const last = rows.at(-1)?.seq ?? 0;
    expect(last).toBeGreaterThanOrEqual(sure);
    expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: last }, (_, index) => index + 1));
    expect(last % 2).toBe(0);
    expect(actions.map(({ seq }) => seq)).toEqual(rows.filter(({ run }) => run === 'one.1').map(({ seq }) => seq));
    expect(JSON.parse(document).because).toBe(`noted at ${last}`);
  }
});

test('of many processes that open a new state at once, one writes; the others know which', async () => {
  const where = stateDirectory();
  const writers = Array.from({ length: 6 }, () => writer(where));
  await until(() => writers.every(({ lines }) => lines().length > 0), 'all of them know');
  const [first, ...more] = writers.filter(({ lines }) => lines()[0] === 'taken 1');
  expect(more).toEqual([]);
  const others = writers.filter((one) => one !== first).map(({ lines }) => lines());
  expect(others).toEqual(others.map(() => [`held ${first?.child.pid}`]));
});

test('a stopped writer blocks no reader, and loses the lease only when it dies', async () => {
  const where = stateDirectory();
  const { child, lines } = writer(where);
  await until(() => lines().length > 20, 'the writer records');
  child.kill('SIGSTOP');
  const reader = openReader(where);
  expect(reader.run('one')?.id).toBe('one.1');
  expect(reader.history('one.1').length).toBeGreaterThan(5);
  expect(reader.lease()?.pid).toBe(child.pid);
  reader.close();

  expect(await takeLease(where, me(), 0, deps)).toMatchObject({ kind: 'held', by: { pid: child.pid } });
  const kill = async () => {
    await killed(child);
    return true;
  };
  const answer = await takeLease(where, me(), 0, { ...deps, kill });
  if (answer.kind === 'held') return expect.unreachable();
  const store = openStore(where, answer.lease, () => false);
  store.record([noting(newRunNamed('two'), store.lastSeq() + 1)]);
  store.close();
});
