import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'vitest';
import type { ProcessIdentity } from '../../src/core/model/facts.ts';
import type { Run } from '../../src/core/model/run.ts';
import { type AttemptRecord, readAttempt } from '../../src/launch/attempt/record.ts';
import { attemptFiles, layout } from '../../src/store/directory/layout.ts';
import { type JournalRow, openReader, type Reader } from '../../src/store/reader.ts';
import { isAlive, signalProcess } from '../../src/system/process/process.ts';
import { NEVER_SHORT } from './never-short.ts';
import { processesOf } from './processes-of.ts';
import { until } from './until.ts';

/** The program as it is shipped. */
export const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
export interface Ran {
  /** Null if ended by a signal. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Options {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly cwd?: string;
}

/** One start of a scripted agent. */
export interface Life {
  readonly attempt: number;
  readonly pid: number;
  /** The previous agent was still alive. */
  readonly overlaps: boolean;
}

const LAST_LINES = 12;

/** Short waits, so that a story of many attempts takes seconds, and no settings of this machine. */
const HASTE = {
  DOGWATCH_BACKOFF_MIN: '20ms',
  DOGWATCH_BACKOFF_MAX: '200ms',
  DOGWATCH_PROMPT_AFTER: '0s',
  DOGWATCH_GRACE: '2s',
  DOGWATCH_LINGER: '10s',
  DOGWATCH_BALLAST: '0',
  // How full this machine's disks are and what its Docker holds must not matter.
  ...NEVER_SHORT,
  DOGWATCH_PRERECLAIM: '0',
  DOGWATCH_DOCKER_HOSTS: 'unix:///nonexistent/docker.sock',
};

/**
 * Begins every scripted agent: it records its start and whether the previous one is alive; `$n` is
 * the number of the start.
 */
const PROLOGUE = `#!/bin/sh
last=$(tail -n 1 lives 2>/dev/null); last=\${last##* }
said=first
if [ -n "$last" ]; then said=after; grep -qs '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$last/status" && said=overlap; fi
attempt=\${DOGWATCH_ATTEMPT#*/}
echo "$said \${attempt%%/*} $$" >>lives
n=$(wc -l <lives)
echo "this is start $n"
`;

export type Stage = ReturnType<typeof setStage>;

/**
 * A state directory and a working directory for one story. `tearDown` ends everything that was
 * started with them.
 */
export function setStage() {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-story-'));
  const where = layout(join(directory, 'state'));
  const cwd = join(directory, 'work');
  mkdirSync(cwd);
  const env = { PATH: process.env.PATH ?? '', HOME: directory, ...HASTE, DOGWATCH_STATE_DIR: where.stateDir };
  const file = (name: string) => join(cwd, name);
  const lines = (name: string) => linesOf(file(name));

  const start = (args: readonly string[], options: Options = {}, more: SpawnOptions = {}) =>
    spawn(process.execPath, [PROGRAM, ...args], { cwd: options.cwd ?? cwd, env: { ...env, ...options.env }, stdio: 'pipe', ...more });
  const dogwatch = (args: readonly string[], options: Options = {}): Promise<Ran> => {
    const child = start(args, options);
    child.stdin?.end(options.input ?? '');
    return ended(child);
  };
  /** The same, for commands that must succeed. */
  const does = async (args: readonly string[], options: Options = {}): Promise<Ran> => {
    const ran = await dogwatch(args, options);
    if (ran.code !== 0) throw new Error(`dogwatch ${args.join(' ')}: exit status ${ran.code}\n${ran.stderr}${ran.stdout}`);
    return ran;
  };
  const looking = <T>(look: (reader: Reader) => T): T => {
    const reader = openReader(where);
    try {
      return look(reader);
    } finally {
      reader.close();
    }
  };
  const run = (name = 'job'): Run | null => looking((reader) => reader.run(name));
  const history = (name = 'job'): readonly JournalRow[] =>
    looking((reader) => reader.history(reader.run(name)?.id ?? '', { limit: 100_000 }));
  const attempt = (number: number, id = 'job.1'): AttemptRecord => readAttempt(attemptFiles(where, id, number));
  const watchdog = (): ProcessIdentity | null => {
    const holder = looking((reader) => reader.lease());
    return holder !== null && isAlive(holder) ? holder : null;
  };
  const write = (name: string, text: string, mode = 0o644): string => {
    // In one step: a watchdog that takes a file away at once must not find it incomplete.
    const made = join(directory, `made-${randomUUID()}`);
    writeFileSync(made, text);
    chmodSync(made, mode);
    renameSync(made, file(name));
    return file(name);
  };

  return {
    directory,
    where,
    cwd,
    env,
    file,
    lines,
    start,
    dogwatch,
    does,
    run,
    history,
    attempt,
    watchdog,
    write,
    /** A scripted agent: a shell script that records its starts. */
    agent: (body: string, name = 'agent.sh') => write(name, `${PROLOGUE}${body}\n`, 0o755),
    lives: (): readonly Life[] => lines('lives').map(life),
    inState: (state: Run['state'], name = 'job') => until(`${name} is ${state}`, () => run(name)?.state === state && run(name)),
    /** Starts one and waits until it holds the lease. */
    watch: async (options: Options = {}, args: readonly string[] = []) => {
      const child = start(['watch', ...args], options, { stdio: 'ignore' });
      return until('the watchdog is at work', () => [watchdog()].find((holder) => holder?.pid === child.pid));
    },
    /** kill -9, and waits for the death. */
    kill: async (identity: ProcessIdentity) => {
      signalProcess(identity, 'SIGKILL');
      await until(`process ${identity.pid} is dead`, () => !isAlive(identity));
    },
    /** Processes that were started with this stage's variables, without this one. */
    processes: () => processesOf(where.stateDir),
    tearDown: async () => {
      await endProcessesOf(where.stateDir);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Kills everything that was started with this state directory, and waits until it has gone. */
export const endProcessesOf = (stateDir: string): Promise<unknown> =>
  until(`no process of ${stateDir} is left`, () => {
    const left = processesOf(stateDir);
    for (const identity of left) signalProcess(identity, 'SIGKILL');
    return left.length === 0;
  });

/** A test with a stage of its own. */
export const staged = test.extend<{ stage: Stage }>({
  stage: async ({ task, onTestFinished }, use) => {
    const stage = setStage();
    onTestFinished(async () => {
      for (const error of task.result?.errors ?? []) error.stack += lastWords(stage);
      await stage.tearDown();
    });
    await use(stage);
  },
});

/** The same, for itself or beside others. */
export const story = staged.concurrent;

/** What the watchdog said last: on another machine nobody can look. */
const lastWords = ({ where }: Stage): string => ['', 'watchdog.log ends with', ...linesOf(where.watchdogLog).slice(-LAST_LINES)].join('\n');

export async function ended(child: ChildProcess): Promise<Ran> {
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (part: string) => {
      text[name] += part;
    });
  const code = await new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject));
  return { code, ...text };
}

function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(0, -1);
  } catch {
    return [];
  }
}

function life(line: string): Life {
  const [said, attempt, pid] = line.split(' ');
  return { attempt: Number(attempt), pid: Number(pid), overlaps: said === 'overlap' };
}
