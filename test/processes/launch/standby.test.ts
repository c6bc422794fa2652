import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { endStrays, markedOf, straysOf } from '../../../src/effects/strays.ts';
import { claimForNobody, readAttempt } from '../../../src/launch/attempt/record.ts';
import { AttemptWatch } from '../../../src/launch/attempt/watch.ts';
import { attemptEnvironment } from '../../../src/launch/environment.ts';
import { type LaunchPlan, launchAttempt } from '../../../src/launch/launch.ts';
import { plain } from '../../../src/launch/launchers/process.ts';
import { sweepStandbys } from '../../../src/launch/standby/record.ts';
import { aliveFifo, attemptFiles, layout } from '../../../src/store/directory/layout.ts';
import { isAlive, signalProcess } from '../../../src/system/process/process.ts';
import { until, workbench } from '../../kit/workbench.ts';

const SLEEPER = ['/bin/sh', '-c', 'echo ready; exec sleep 1000'];
const benchOf = () => workbench('generic', plain);

/** A standby of attempt 1, and the plan that it was made for. */
async function waiting(argv: readonly string[] = SLEEPER, plan: Partial<LaunchPlan> = {}) {
  const bench = benchOf();
  const planned = bench.planOf(argv, plan);
  const standby = await bench.prepare(planned);
  onTestFinished(() => standby.discard());
  return { bench, standby, plan: { ...planned, mark: standby.mark }, where: layout(join(bench.directory, 'state')) };
}

test('a standby has claimed and written nothing, and is no stray of its run', async () => {
  const { bench, standby, where } = await waiting();
  expect(existsSync(bench.files(1).directory)).toBe(false);
  expect(readdirSync(bench.cwd)).toEqual([]);
  expect(markedOf(bench.run, where)).toEqual([]);
  expect(straysOf(bench.runState(null), where)).toEqual([]);
  expect(await endStrays(bench.run, where, 0)).toBeNull();
  expect(standby.isAlive).toBe(true);
});

test('it goes by itself when its channel ends, without having claimed anything', async () => {
  const { bench, standby, plan } = await waiting();
  standby.discard();
  await until('it is gone', () => !isAlive(standby.shim) && !standby.isAlive);
  expect(existsSync(bench.files(1).directory)).toBe(false);
  expect(await launchAttempt(plan, plain, standby)).toMatchObject({ kind: 'started' });
});

test.each<[string, (plan: LaunchPlan) => Partial<LaunchPlan>]>([
  ['a variable has another value', ({ environment }) => ({ environment: { ...environment, HOME: '/elsewhere' } })],
  ['a variable is new', ({ environment }) => ({ environment: { ...environment, NEW: '1' } })],
  ['a variable is gone', ({ environment: { HOME: _, ...environment } }) => ({ environment })],
  ['the umask', () => ({ umask: 0o077 })],
  ['the directory', () => ({ cwd: '/' })],
  ['a limit', () => ({ limits: { memoryBytes: 2 ** 30, cpuPercent: null } })],
  ['the number', ({ run }) => ({ attempt: 3, files: attemptFiles(layout('/nowhere'), run, 3) })],
  ['a long argument', () => ({ argv: ['/bin/sh', '-c', 'echo ready; exec sleep 1000', 'x'.repeat(100_000)] })],
])('it is not used for another start, which takes the usual way: %s', async (_, change) => {
  const { bench, standby, plan } = await waiting();
  const other = { ...plan, ...change(plan) };
  if (other.attempt === 3) other.files = bench.files(3);
  const outcome = await launchAttempt(other, plain, standby);
  expect(outcome.kind === 'started' && outcome.shim).not.toEqual(standby.shim);
  expect(outcome.kind).toBe('started');
  await until('it is gone', () => !standby.isAlive);
  expect(readAttempt(other.files).shim).toEqual(outcome.kind === 'started' && outcome.shim);
});

test('a directory that was removed and created again is another one', async () => {
  const { bench, standby, plan } = await waiting(['/bin/sh', '-c', 'pwd -P; echo ready; exec sleep 1000']);
  renameSync(bench.cwd, `${bench.cwd} moved`);
  mkdirSync(bench.cwd);
  const outcome = await launchAttempt(plan, plain, standby);
  expect(outcome.kind === 'started' && outcome.shim).not.toEqual(standby.shim);
  await until('it is ready', () => bench.log().includes('ready'));
  expect(bench.log().split('\n')[0]).toBe(bench.cwd);
  rmdirSync(`${bench.cwd} moved`);
});

test.each(['shim', 'command'] as const)('one whose %s was killed is not used', async (which) => {
  const { bench, standby, plan } = await waiting();
  const child = bench.markedBy(standby.mark).find(({ pid }) => pid !== standby.shim.pid);
  signalProcess(which === 'shim' ? standby.shim : child!.identity, 'SIGKILL');
  await until('it is dead', () => !standby.isAlive);
  const outcome = await launchAttempt(plan, plain, standby);
  expect(outcome.kind).toBe('started');
  expect(outcome.kind === 'started' && outcome.shim).not.toEqual(standby.shim);
});

test('one that is stopped is overtaken, and starts nothing when it goes on', async () => {
  const { bench, standby, plan } = await waiting();
  const processes = bench.markedBy(standby.mark);
  for (const { identity } of processes) signalProcess(identity, 'SIGSTOP');
  const outcome = await launchAttempt(plan, plain, standby);
  expect(outcome).toMatchObject({ kind: 'started' });
  await until('it is ready', () => bench.log().includes('ready'));
  for (const { identity } of processes) signalProcess(identity, 'SIGCONT');
  await until('it is gone', () => processes.every(({ identity }) => !isAlive(identity)));
  expect(bench.log()).toBe('ready\n');
  expect(readAttempt(bench.files(1)).exit).toBeNull();
});

test('an attempt that nobody may start is not started by its word', async () => {
  const { bench, standby, plan } = await waiting();
  expect(claimForNobody(bench.files(1))).toBe(true);
  expect(await standby.start(plan, attemptEnvironment(plan), '/dev/null', plain)).toBe('claimed');
  await until('it is gone', () => !standby.isAlive);
  expect(readAttempt(bench.files(1))).toMatchObject({ shim: null, exit: null });
});

test('its prompts arrive verbatim, and the file that carried them is gone', async () => {
  const prompt = `it's $(touch pwned) \`x\` "\n\\ ü`;
  const { bench, standby, plan } = await waiting(['/bin/sh', '-c', 'printf %s "$DOGWATCH_PROMPT$DOGWATCH_SESSION"; cat']);
  const environment = { ...plan.environment, DOGWATCH_PROMPT: prompt, DOGWATCH_SESSION: 'ses_1' };
  const outcome = await launchAttempt({ ...plan, environment, stdin: `${'x'.repeat(2 ** 20)}'` }, plain, standby);
  expect(outcome).toEqual({ kind: 'started', shim: standby.shim });
  await bench.end();
  expect(bench.log()).toBe(`${prompt}ses_1${'x'.repeat(2 ** 20)}'`);
  const around = readdirSync(dirname(dirname(bench.files(1).directory)));
  expect(around.filter((name) => name.startsWith('standby-'))).toEqual([]);
});

test('the death of the attempt before it is signalled although it waits', async () => {
  const bench = benchOf();
  const { attempt, command } = await bench.start(SLEEPER);
  const next = await bench.prepare(bench.planOf(SLEEPER, { attempt: 2 }));
  onTestFinished(() => next.discard());
  const where = layout(join(bench.directory, 'state'));
  const watch = new AttemptWatch(attempt, { files: bench.files(1), fifo: aliveFifo(where, bench.run, 1) }, () => {});
  onTestFinished(() => watch.close());
  expect(watch.pace).toBe('signalled');
  signalProcess(command, 'SIGKILL');
  await until('the death is reported', () => watch.pace === 'dead');
  expect(next.isAlive).toBe(true);
});

test('a failed write of its files is said, and the attempt is not started', async () => {
  const { bench, standby, plan } = await waiting();
  mkdirSync(bench.files(1).directory, { recursive: true });
  mkdirSync(bench.files(1).log);
  const outcome = await launchAttempt(plan, plain, standby);
  expect(outcome).toMatchObject({ kind: 'failed', because: expect.stringMatching(/its shim could not start it: .*log/) });
  await until('it is gone', () => !standby.isAlive);
  expect(readAttempt(bench.files(1)).agent).toBeNull();
});

test('a damaged record hides nothing', async () => {
  const { bench, where } = await waiting();
  writeFileSync(join(where.runs, bench.run, 'standby'), '{');
  expect(markedOf(bench.run, where).length).toBeGreaterThan(0);
});

test('it is recorded before it is started: whoever looks meanwhile sees no stray', async () => {
  const bench = benchOf();
  const where = layout(join(bench.directory, 'state'));
  const seen: number[] = [];
  const prepared = bench.prepare(bench.planOf(SLEEPER, {}));
  for (let isReady = false; !isReady; ) {
    seen.push(markedOf(bench.run, where).length);
    isReady = await Promise.race([prepared.then(() => true), new Promise<boolean>((resolve) => setImmediate(() => resolve(false)))]);
  }
  (await prepared).discard();
  expect(new Set(seen)).toEqual(new Set([0]));
});

test('what a killed watchdog left behind is removed, and nothing else', async () => {
  const { bench, where } = await waiting();
  const place = join(where.runs, bench.run);
  const before = readdirSync(place);
  for (const name of ['standby-0123', 'birth-0123', 'said-0123', 'word-0123']) writeFileSync(join(place, name), 'a secret');
  sweepStandbys(where, bench.run);
  expect(readdirSync(place)).toEqual(before);
  expect(() => sweepStandbys(where, 'none')).not.toThrow();
});
