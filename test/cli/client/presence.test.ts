import { spawn } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { presence } from '../../../src/cli/client/presence.ts';
import type { LeaseHolder } from '../../../src/store/lease/row.ts';
import { instant } from '../../../src/system/process/clock.ts';
import { identify, isAlive } from '../../../src/system/process/process.ts';
import { until } from '../../kit/kept-state.ts';
import { stateDirectory } from '../../kit/opened-store.ts';

/** Starts a process that can hold the lease like a watchdog. */
async function living(silentMs = 0): Promise<LeaseHolder & { end(): Promise<void> }> {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await until(() => identify(child.pid ?? 0) !== null);
  const identity = identify(child.pid ?? 0)!;
  const now = instant();
  const takenAt = { wall: now.wall - silentMs, mono: now.mono - silentMs };
  const end = async () => {
    child.kill('SIGKILL');
    await until(() => !isAlive(identity));
  };
  return { ...identity, takenAt, fence: 1, end } as LeaseHolder & { end(): Promise<void> };
}

function follower(goneAfterMs = 0) {
  const said: string[] = [];
  const tell = presence(stateDirectory(), (line) => said.push(line), goneAfterMs);
  return { said, looks: (holder: LeaseHolder | null) => tell({ lease: () => holder }) };
}

test('reports once at the start that no watchdog looks after the run, and how to start one', () => {
  const { said, looks } = follower();
  looks(null);
  looks(null);
  expect(said).toEqual([expect.stringMatching(/^no watchdog is running, nobody looks after this run: .*`dogwatch watch` starts one$/)]);
});

test('reports nothing while all is well, then that the watchdog is gone, then that one is running again', async () => {
  const { said, looks } = follower();
  const first = await living();
  looks(first);
  looks(first);
  expect(said).toEqual([]);
  await first.end();
  looks(first);
  looks(first);
  expect(said).toEqual([expect.stringMatching(/^the watchdog is gone: .*nothing is resumed/)]);
  looks(await living());
  expect(said.slice(1)).toEqual(['a watchdog is running again']);
});

test('a watchdog that is replaced at once is not reported gone', async () => {
  const { said, looks } = follower(60_000);
  const first = await living();
  looks(first);
  await first.end();
  looks(first);
  looks(await living());
  expect(said).toEqual([]);
});

test('reports that a stopped watchdog shows no sign of life', async () => {
  const { said, looks } = follower();
  looks(await living(3_600_000));
  expect(said).toEqual([expect.stringContaining('shows no sign of life')]);
});
