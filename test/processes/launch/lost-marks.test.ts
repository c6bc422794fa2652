import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { keepUnmarked, recallUnmarked } from '../../../src/launch/attempt/lost-marks.ts';
import { attemptFiles, layout } from '../../../src/store/directory/layout.ts';
import { kinOf, markedProcesses } from '../../../src/system/process/marks.ts';
import { bootId, statOf } from '../../../src/system/process/process.ts';
import { until } from '../../kit/workbench.ts';

const sleeper = (): ChildProcess => {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore', env: {} });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
};

let attempts = 0;

function attempt() {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-unmarked-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const files = attemptFiles(layout(directory), 'job.1', 1);
  mkdirSync(files.directory, { recursive: true });
  return { files, mark: `job.1/${++attempts}/${directory}`.replaceAll(/\/tmp.*\//g, '/'), path: join(files.directory, 'unmarked') };
}

const pidsOf = (mark: string) => (markedProcesses(new Set([mark])).get(mark) ?? []).map(({ pid }) => pid);

test('a process recorded on disk belongs to the attempt again, if it is the same process of the same boot', async () => {
  const { files, mark, path } = attempt();
  const [mine, another, oldBoot] = [sleeper(), sleeper(), sleeper()].map(({ pid }) => pid!);
  const since = (pid: number) => until('it is there', () => statOf(pid)?.startTicks);
  writeFileSync(path, `${bootId()}\n${mine} ${await since(mine!)}\n${another} ${(await since(another!)) + 1}\nnonsense\n`);
  recallUnmarked(files, mark);
  expect(pidsOf(mark)).toEqual([mine]);
  expect(kinOf(mark)).toEqual([{ bootId: bootId(), pid: mine, startTicks: await since(mine!) }]);
  const older = attempt();
  writeFileSync(older.path, `another-boot\n${oldBoot} ${await since(oldBoot!)}\n`);
  recallUnmarked(older.files, older.mark);
  expect(pidsOf(older.mark)).toEqual([]);
});

test('the record is written when it changes, for its owner alone, and removed when empty', async () => {
  const { files, mark, path } = attempt();
  keepUnmarked(files, mark);
  expect(existsSync(path)).toBe(false);
  const child = sleeper();
  const startTicks = await until('it is there', () => statOf(child.pid!)?.startTicks);
  writeFileSync(path, `${bootId()}\n${child.pid} ${startTicks}\n`);
  recallUnmarked(files, mark);
  expect(pidsOf(mark)).toEqual([child.pid]);
  rmSync(path);
  keepUnmarked(files, mark);
  expect(existsSync(path)).toBe(false);
  child.kill('SIGKILL');
  await until('it is gone', () => pidsOf(mark).length === 0);
  keepUnmarked(files, mark);
  expect(existsSync(path)).toBe(false);
});

test('children of a process that lost its mark are recorded as well', async () => {
  const { files, mark, path } = attempt();
  const child = spawn('sh', ['-c', 'echo; sleep 1000 & wait'], { stdio: 'ignore', env: { PATH: process.env.PATH } });
  onTestFinished(() => pidsOf(mark).forEach((pid) => void process.kill(pid, 'SIGKILL')));
  const startTicks = await until('it is there', () => statOf(child.pid!)?.startTicks);
  writeFileSync(path, `${bootId()}\n${child.pid} ${startTicks}\n`);
  recallUnmarked(files, mark);
  await until('both are found', () => pidsOf(mark).length === 2);
  keepUnmarked(files, mark);
  expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(3);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});
