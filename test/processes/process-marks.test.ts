import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { monoMs } from '../../src/system/process.ts';
import { MARK_VARIABLE, markedProcesses } from '../../src/system/process-marks.ts';
import { until } from './workbench.ts';

const start = (script: string, environment: NodeJS.ProcessEnv = {}): ChildProcess => {
  const child = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], env: { PATH: process.env.PATH, ...environment } });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
};
const pidsOf = (mark: string): number[] => (markedProcesses(new Set([mark])).get(mark) ?? []).map(({ pid }) => pid);

test('a marked process is found at every look, until it dies', async () => {
  const mark = `job.1/1/${randomUUID()}`;
  const child = start('exec sleep 1000', { [MARK_VARIABLE]: mark });
  await until('it is found', () => pidsOf(mark).includes(child.pid!));
  const since = monoMs();
  await until('it is long known', () => {
    expect(pidsOf(mark)).toEqual([child.pid]);
    return monoMs() - since > 2500;
  });
  child.kill('SIGKILL');
  await until('it is found no more', () => pidsOf(mark).length === 0);
});

test('a process takes a mark on while others look at it: no look that came before hides it', async () => {
  const mark = `job.1/1/${randomUUID()}`;
  const child = start(`read go; exec env ${MARK_VARIABLE}=${mark} sleep 1000`);
  expect(pidsOf(mark)).toEqual([]);
  expect(pidsOf(mark)).toEqual([]);
  child.stdin?.end('go\n');
  await until('it is found', () => pidsOf(mark).includes(child.pid!));
});

test('a mark that nobody asked for is left out', async () => {
  const mark = `job.1/1/${randomUUID()}`;
  const child = start('exec sleep 1000', { [MARK_VARIABLE]: mark });
  await until('it is found', () => pidsOf(mark).includes(child.pid!));
  expect(markedProcesses(new Set(['job.1/1/another']))).toEqual(new Map());
});
