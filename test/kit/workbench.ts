import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { AgentName } from '../../src/core/model/facts.ts';
import type { Attempt, Run } from '../../src/core/model/run.ts';
import { NO_LIMITS } from '../../src/core/model/run-spec.ts';
import { isSame } from '../../src/core/values/process-identity.ts';
import { readAttempt } from '../../src/launch/attempt/record.ts';
import { type LaunchOutcome, type LaunchPlan, launchAttempt } from '../../src/launch/launch.ts';
import type { Launcher } from '../../src/launch/launchers/launcher.ts';
import { plain } from '../../src/launch/launchers/process.ts';
import { makeStandby } from '../../src/launch/standby/make.ts';
import type { Standby } from '../../src/launch/standby/ready-made.ts';
import { aliveFifo, attemptFiles, layout } from '../../src/store/directory/layout.ts';
import { keepEnvironment } from '../../src/store/environment.ts';
import { allProcesses, markedProcesses } from '../../src/system/process/marks.ts';
import { signalProcess } from '../../src/system/process/process.ts';
import { until as untilWithin } from './until.ts';

const DEADLINE_MS = 30_000;

/** Waits until `look` returns something truthy, and returns it. */
export const until = <T>(what: string, look: () => T | null | undefined | false): Promise<T> => untilWithin(what, look, DEADLINE_MS);

/**
 * A state directory of its own, with attempts of one run; every process that carries its marks is
 * gone when the test is over.
 */
export function workbench(agent: AgentName = 'generic', launcher?: Launcher, { usesStandbys = false } = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-processes-'));
  const run = `bench-${randomBytes(6).toString('hex')}`;
  const where = layout(join(directory, 'state'));
  const cwd = join(directory, 'work place');
  mkdirSync(cwd);
  const files = (attempt: number) => attemptFiles(where, run, attempt);
  const fifo = aliveFifo(where, run, 1);
  const marks = new Map<number, string>();
  const mark = (attempt: number) => marks.get(attempt) ?? `${run}/${attempt}/token`;
  const markedBy = (one: string) => markedProcesses(new Set([one])).get(one) ?? [];
  const marked = (attempt: number) => markedBy(mark(attempt));
  onTestFinished(async () => {
    await until('no process of the bench is left', () => endAll(run) === 0);
    rmSync(directory, { recursive: true, force: true });
  });
  const planOf = (argv: readonly string[], plan: Partial<LaunchPlan>): LaunchPlan => {
    const attempt = plan.attempt ?? 1;
    const environment = { PATH: process.env.PATH ?? '', HOME: directory };
    const base = { run, runName: 'bench', attempt, argv, stdin: null, cwd, umask: 0o022, environment, files: files(attempt) };
    const places = { aliveFifo: aliveFifo(where, run, attempt), extraPath: where.bin, stateDir: where.stateDir };
    return { ...base, ...places, mark: mark(attempt), limits: NO_LIMITS, ...plan };
  };
  const launch = async (argv: readonly string[], plan: Partial<LaunchPlan> = {}): Promise<LaunchOutcome> => {
    const planned = planOf(argv, plan);
    if (!usesStandbys) return launchAttempt(planned, launcher);
    const standby = await prepare(planned);
    const outcome = await launchAttempt({ ...planned, mark: standby.mark }, launcher, standby);
    standby.discard();
    if (outcome.kind !== 'started') return outcome;
    if (!isSame(outcome.shim, standby.shim)) throw new Error('the standby was not used');
    marks.set(planned.attempt, standby.mark);
    return outcome;
  };
  /** A standby for this plan. */
  const prepare = async ({ runName, attempt, environment, cwd: place, umask, limits }: LaunchPlan): Promise<Standby> => {
    mkdirSync(where.environments, { recursive: true });
    keepEnvironment(where, 'bench', environment);
    const spec = { cwd: place, umask, limits, environmentFile: 'bench' };
    const standby = await makeStandby({ id: run, name: runName, spec } as Run, attempt, launcher ?? plain, where);
    if (standby === null) throw new Error('there is no standby');
    return standby;
  };
  /** Launches, and waits until the command has said "ready". */
  const start = async (argv: readonly string[], plan: Partial<LaunchPlan> = {}) => {
    const attempt = plan.attempt ?? 1;
    const outcome = await launch(argv, plan);
    if (outcome.kind !== 'started') throw new Error(`not started: ${JSON.stringify(outcome)}`);
    await until('the command is ready', () => log(attempt).includes('ready'));
    const { agent: command, shim } = readAttempt(files(attempt));
    return { shim: shim!, command: command!, attempt: attemptState(attempt, outcome.shim) };
  };
  const log = (attempt = 1) => readFileSync(files(attempt).log, 'utf8');
  const end = (attempt = 1) => until('the attempt has an exit status', () => readAttempt(files(attempt)).exit);
  /** A script of its own in the working directory. */
  const script = (name: string, text: string) => {
    const path = join(cwd, name);
    writeFileSync(path, text);
    chmodSync(path, 0o755);
    return path;
  };
  const runState = (attempt: Attempt | null, adopted = false): Run =>
    ({ id: run, name: 'bench', spec: { agent, adopted, command: [], policy: { idleMs: 900_000 } }, attempt }) as unknown as Run;
  return { directory, run, cwd, files, fifo, mark, marked, markedBy, planOf, prepare, launch, start, log, end, script, runState };
}

function attemptState(number: number, shim: Attempt['shim'], agent: Attempt['agent'] = null): Attempt {
  return { number, shim, agent, alive: true, startedAt: { wall: 0, mono: 0 }, lastActivity: null } as unknown as Attempt;
}

function endAll(run: string): number {
  const ours = allProcesses().filter(({ mark }) => mark?.startsWith(`${run}/`));
  for (const { identity } of ours) signalProcess(identity, 'SIGKILL');
  return ours.length;
}
