import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { MARK_VARIABLE } from '../../../src/system/process/mark-in-environ.ts';
import { markedProcesses } from '../../../src/system/process/marks.ts';
import { membersOf } from '../../../src/system/process/members.ts';
import { monoMs } from '../../../src/system/process/process.ts';
import { visibleMark } from '../../../src/system/process/visible-mark.ts';
import { until } from '../../kit/workbench.ts';

const start = (script: string, environment: NodeJS.ProcessEnv = {}): ChildProcess => {
  const child = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], env: { PATH: process.env.PATH, ...environment } });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
};
const pidsOf = (mark: string): number[] => (markedProcesses(new Set([mark])).get(mark) ?? []).map(({ pid }) => pid);

test('a marked process is found in every pass until it dies', async () => {
  const mark = `marked.1/1/${randomUUID()}`;
  const child = start('exec sleep 1000', { [MARK_VARIABLE]: mark });
  await until('it is found', () => pidsOf(mark).includes(child.pid!));
  const since = monoMs();
  await until('it has been known for long', () => {
    expect(pidsOf(mark)).toEqual([child.pid]);
    return monoMs() - since > 2500;
  });
  child.kill('SIGKILL');
  await until('it is no longer found', () => pidsOf(mark).length === 0);
});

test('a process that gains its mark while it is watched is found despite earlier passes', async () => {
  const mark = `marked.1/1/${randomUUID()}`;
  const child = start(`read go; exec env ${MARK_VARIABLE}=${mark} sleep 1000`);
  expect(pidsOf(mark)).toEqual([]);
  expect(pidsOf(mark)).toEqual([]);
  child.stdin?.end('go\n');
  await until('it is found', () => pidsOf(mark).includes(child.pid!));
});

test('a process with the visible stand-in for a mark belongs to the same attempt, as do its children', async () => {
  const mark = `marked.1/1/${randomUUID()}`;
  const child = start('(env -i sleep 1000 & wait)', { [MARK_VARIABLE]: visibleMark(mark) });
  const members = await until('both are found', () => {
    const found = membersOf({ mark, shim: null, agent: null }, []);
    return found.some(({ comm }) => comm === 'sleep') && found;
  });
  expect(members.map(({ pid }) => pid)).toContain(child.pid);
  expect(pidsOf(mark).sort()).toEqual(members.map(({ pid }) => pid).sort());
  for (const { pid } of members) process.kill(pid, 'SIGKILL');
  expect(pidsOf(`marked.1/1/${randomUUID()}`)).toEqual([]);
});

test('a mark that was not requested is left out', async () => {
  const mark = `marked.1/1/${randomUUID()}`;
  const child = start('exec sleep 1000', { [MARK_VARIABLE]: mark });
  await until('it is found', () => pidsOf(mark).includes(child.pid!));
  expect(markedProcesses(new Set(['marked.1/1/another']))).toEqual(new Map());
});
