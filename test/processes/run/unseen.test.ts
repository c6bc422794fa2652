import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { attemptFiles } from '../../../src/store/directory/layout.ts';
import { NEVER_SHORT } from '../../kit/never-short.ts';
import { processesOf } from '../../kit/processes-of.ts';
import { PROGRAM, story } from '../../kit/stage.ts';
import { until as untilWithin } from '../../kit/until.ts';

const DEADLINE_MS = 60_000;
const until = <T>(what: string, look: () => T | null | undefined | false) => untilWithin(what, look, DEADLINE_MS);

/** Root can read everything, so what cannot be read takes another user. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const asOther = isRoot ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : [];
const PYTHON = ['/usr/bin/python3', '/usr/local/bin/python3'].find(existsSync);
const mayStart = spawnSync(asOther[0] ?? process.execPath, [
  ...asOther.slice(1),
  ...(isRoot ? [process.execPath] : []),
  PROGRAM,
  '--version',
]);
const why = PYTHON === undefined ? 'there is no python3' : mayStart.status === 0 ? null : 'another user cannot start dogwatch here';

/** Hides its environment, as a program with capabilities does. */
const HIDES = `import ctypes, os, sys, time
ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
with open(sys.argv[1], "w") as file: file.write(str(os.getpid()) + "\\n")
print("hi", flush=True)
time.sleep(600)
`;

const SETTINGS = {
  DOGWATCH_BACKOFF_MIN: '20ms',
  DOGWATCH_BACKOFF_MAX: '200ms',
  DOGWATCH_PROMPT_AFTER: '0s',
  DOGWATCH_GRACE: '2s',
  DOGWATCH_BALLAST: '0',
  DOGWATCH_PRERECLAIM: '0',
  DOGWATCH_DOCKER_HOSTS: 'unix:///nonexistent/docker.sock',
  ...NEVER_SHORT,
};

/** A directory of an unprivileged user, and dogwatch in it. */
async function unprivileged(story: (on: ReturnType<typeof place>) => Promise<void>): Promise<void> {
  const on = place();
  try {
    await story(on);
  } finally {
    await until('nothing of it is left', () => {
      const left = [...processesOf(on.state), ...on.pids().flatMap((pid) => (isAlive(pid) ? [{ pid }] : []))];
      for (const { pid } of left) kill(pid);
      return left.length === 0;
    });
    rmSync(on.directory, { recursive: true, force: true });
  }
}

function place() {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-unseen-'));
  const [state, cwd] = [join(directory, 'state'), join(directory, 'work')];
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'hides.py'), HIDES);
  for (const path of [directory, cwd]) chmodSync(path, 0o755);
  if (isRoot) spawnSync('chown', ['-R', `${NOBODY}:${NOBODY}`, directory]);
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: cwd, ...SETTINGS, DOGWATCH_STATE_DIR: state };
  const dogwatch = (args: readonly string[], more: Record<string, string> = {}): Promise<{ code: number | null; out: string }> =>
    new Promise((resolve, reject) => {
      const [program = '', ...words] = [...asOther, process.execPath, PROGRAM, ...args];
      const child = spawn(program, words, { cwd, env: { ...env, ...more }, stdio: ['ignore', 'pipe', 'pipe'] });
      let out = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (out += bytes));
      child.on('error', reject).on('close', (code) => resolve({ code, out }));
    });
  const noted: number[] = [];
  const pidIn = (name: string) => {
    const pid = existsSync(join(cwd, name)) ? Number(readFileSync(join(cwd, name), 'utf8')) : 0;
    if (pid > 0 && !noted.includes(pid)) noted.push(pid);
    return pid;
  };
  return { directory, state, cwd, dogwatch, pidIn, pids: () => noted };
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\t[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}

const unseen = (name: string, tell: Parameters<typeof unprivileged>[0]) =>
  test.skipIf(why !== null)(why === null ? name : `${name} (${why})`, () => unprivileged(tell));

const HIDDEN = [PYTHON ?? 'python3', 'hides.py'];

unseen('an agent with an unreadable environment is watched by its identity: once silent, it is ended and resumed', async (on) => {
  const haste = { DOGWATCH_IDLE: '3s', DOGWATCH_STARTUP: '3s' };
  await on.dogwatch(['run', '--detach', '--name', 'job', '--', ...HIDDEN, 'pid'], haste);
  const first = await until('it runs', () => on.pidIn('pid'));
  await until('another one runs', () => ![0, first].includes(on.pidIn('pid')));
  expect(isAlive(first)).toBe(false);
  const { out } = await on.dogwatch(['doctor']);
  expect(out).toMatch(/own processes (?:hides its|hide their) environment \(.*python3/);
  await on.dogwatch(['stop', 'job']);
  expect(isAlive(on.pidIn('pid'))).toBe(false);
});

unseen('tools that hide their environment, in their own sessions, are recognized by descent and ended with the attempt', async (on) => {
  const script = `setsid ${HIDDEN.join(' ')} tool & ${HIDDEN.join(' ')} agent`;
  await on.dogwatch(['run', '--detach', '--name', 'job', '--', '/bin/sh', '-c', script]);
  const [tool, agent] = [await until('the tool runs', () => on.pidIn('tool')), await until('the agent runs', () => on.pidIn('agent'))];
  const { code, out } = await on.dogwatch(['stop', 'job']);
  expect([code, out]).toEqual([0, expect.stringContaining('every process that carries its mark is gone')]);
  expect([tool, agent].filter(isAlive)).toEqual([]);
});

unseen('a process that hides and has lost its parent is named, not killed', async (on) => {
  const script = `(setsid ${HIDDEN.join(' ')} lost &); sleep 1000`;
  await on.dogwatch(['run', '--detach', '--name', 'job', '--', '/bin/sh', '-c', script]);
  const lost = await until('it runs', () => on.pidIn('lost'));
  const { out } = await on.dogwatch(['stop', 'job']);
  expect(out).toContain('every process that carries its mark is gone');
  // If it was seen in time, its descent is known and it is ended.
  if (isAlive(lost)) expect(out).toContain(`perhaps left: python3 (pid ${lost}, hides its environment)`);
});

story('a process without its environment and parent is named if it works in the run’s directory', async ({ stage }) => {
  stage.agent('(setsid env -i sleep 5002 & echo $! >pid); exec sleep 1000');
  await stage.does(['run', '--detach', '--name', 'job', '--', './agent.sh']);
  const pid = await until('it runs', () => Number(stage.lines('pid')[0] ?? 0));
  const { stdout } = await stage.does(['stop', 'job']);
  if (isAlive(pid))
    expect(stdout).toContain(`every process that carries its mark is gone; perhaps left: sleep (pid ${pid}, carries no mark)`);
  kill(pid);
});

story('a process without its environment and parent is ended by a watchdog that never saw the parent', async ({ stage }) => {
  const parent = 'env -i setsid sleep 5003 & echo $! >pid; until [ -e go ]; do sleep 0.05; done';
  stage.agent(`(exec sh -c '${parent}'); : >parted; exec sleep 1000`);
  await stage.does(['run', '--detach', '--name', 'job', '--', './agent.sh']);
  const kept = join(attemptFiles(stage.where, 'job.1', 1).directory, 'unmarked');
  await until('a look has found it', () => existsSync(kept));
  const pid = Number(stage.lines('pid')[0]);
  expect(readFileSync(kept, 'utf8')).toMatch(new RegExp(`^[0-9a-f-]{36}\\n(?:\\d+ \\d+\\n)*${pid} \\d+\\n`));
  await stage.kill(stage.watchdog()!);
  stage.write('go', '');
  await until('its parent is gone', () => existsSync(stage.file('parted')));
  await stage.watch();
  const { stdout } = await stage.does(['stop', 'job']);
  expect([isAlive(pid), stdout]).toEqual([false, expect.not.stringContaining('perhaps left')]);
});

story('an agent whose tools get a cleared environment can report that the job is done', async ({ stage }) => {
  stage.agent('sh -c "env -i PATH=$PATH HOME=$HOME dogwatch done --because finished"; exec sleep 1000');
  await stage.does(['run', '--detach', '--name', 'job', '--', './agent.sh'], { env: { DOGWATCH_LINGER: '100ms' } });
  await stage.inState('complete');
  expect((await stage.does(['history', 'job'])).stdout).toContain('the agent says that the job is done: finished');
});

story('done outside of any visible run says what is missing, and never suggests to stop a run', async ({ stage }) => {
  const { code, stderr } = await stage.dogwatch(['done', '--because', 'so']);
  expect(code).toBe(64);
  expect(stderr).toContain('no DOGWATCH_ATTEMPT in the environment');
  expect(stderr).toContain('shell_environment_policy');
  expect(stderr).not.toContain('dogwatch stop');
});
