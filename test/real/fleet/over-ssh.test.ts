import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FleetView } from '../../../src/view/fleet/model.ts';
import { NEVER_SHORT } from '../../kit/never-short.ts';
import { PROGRAM } from '../../kit/stage.ts';
import { Servers, whyNoServer } from './servers.ts';

const WHY_NOT = whyNoServer();
let directory = '';
let servers: Servers;

const QUIETLY = { DOGWATCH_BALLAST: '0', DOGWATCH_PRERECLAIM: '0', DOGWATCH_DOCKER_HOSTS: 'none', ...NEVER_SHORT };

/** Runs dogwatch as an operator on another machine would. */
function fleet(...words: string[]) {
  const env = { ...QUIETLY, PATH: servers.operatorPath, HOME: directory, DOGWATCH_STATE_DIR: join(directory, 'here') };
  return spawnSync(process.execPath, [PROGRAM, 'fleet', 'status', ...words], { encoding: 'utf8', env });
}

/** The same on that host. */
function there(stateDir: string, ...words: string[]) {
  const env = {
    ...QUIETLY,
    PATH: process.env.PATH,
    HOME: directory,
    DOGWATCH_STATE_DIR: stateDir,
    DOGWATCH_BACKOFF_MIN: '1h',
    DOGWATCH_BACKOFF_MAX: '2h',
  };
  return spawnSync(process.execPath, [PROGRAM, ...words], { encoding: 'utf8', env, cwd: directory });
}

const viewOf = (...words: string[]): FleetView => JSON.parse(fleet('--json', ...words).stdout);
const problemOf = (host: string, ...more: string[]) => viewOf('--ssh', host, ...more).hosts[0]?.problem;

beforeAll(async () => {
  if (WHY_NOT !== null) return;
  directory = mkdtempSync(join(tmpdir(), 'dogwatch-ssh-'));
  servers = new Servers(directory);
});

afterAll(() => {
  if (WHY_NOT !== null) return;
  for (const { stateDir } of servers.all) {
    there(stateDir, 'stop', '--all', '--yes');
    const { pid } = JSON.parse(there(stateDir, 'status', '--json').stdout).host.watchdog ?? {};
    if (pid !== undefined) process.kill(pid, 'SIGTERM');
  }
  servers.end();
  rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
});

describe.skipIf(WHY_NOT !== null)(`real ssh servers${WHY_NOT === null ? '' : ` (skipped: ${WHY_NOT})`}`, () => {
  test('runs of two hosts in one list, and the command that is shown works', async () => {
    const one = await servers.start('build1');
    const two = await servers.start('build2', {}, true, [
      'LocalForward 127.0.0.1:1 127.0.0.1:2',
      'RemoteCommand hostname',
      'RequestTTY force',
    ]);
    there(one.stateDir, 'run', '--detach', '--name', 'broken', '--done-file', 'x', '--', 'sh', '-c', 'echo "error: no key" >&2; exit 1');
    there(two.stateDir, 'run', '--detach', '--name', 'lives', '--done-file', 'x', '--', 'sh', '-c', 'while :; do echo x; sleep 0.2; done');
    there(one.stateDir, 'wait', 'broken', '--for', 'waiting', '--timeout', '30s');
    there(two.stateDir, 'wait', 'lives', '--for', 'working', '--timeout', '30s');

    const { hosts, check } = viewOf('--ssh', 'build1,build2');
    expect(hosts.map(({ host, problem }) => [host, problem])).toEqual([
      ['build1', null],
      ['build2', null],
    ]);
    expect(hosts.map(({ view }) => view?.runs.map(({ name, state }) => [name, state]))).toEqual([
      [['broken', 'waiting']],
      [['lives', 'working']],
    ]);
    expect(check.status).toBe(1);

    const { stdout, status } = fleet('--ssh', 'build1,build2');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^broken@build1 +waiting .*\nlives@build2 +working /m);

    const explained = spawnSync('sh', ['-c', 'ssh build1 dogwatch explain broken'], {
      env: { PATH: servers.operatorPath },
      encoding: 'utf8',
    });
    expect(explained.stdout).toContain('broken');
    expect(explained.status).toBe(0);
  });

  test('a watchdog that is missing is started from here, and stays', async () => {
    const { stateDir } = await servers.start('unwatched');
    there(stateDir, 'run', '--detach', '--name', 'alone', '--done-file', 'x', '--', 'sh', '-c', 'while :; do echo x; sleep 0.2; done');
    there(stateDir, 'wait', 'alone', '--for', 'working', '--timeout', '30s');
    const { watchdog } = JSON.parse(there(stateDir, 'status', '--json').stdout).host;
    process.kill(watchdog.pid, 'SIGKILL');
    const { stdout } = fleet('--ssh', 'unwatched');
    const [, command = ''] = /^dogwatch: unwatched: no watchdog is alive.* Start one: {2}(ssh .*)$/m.exec(stdout) ?? [];
    expect(spawnSync('sh', ['-c', command], { env: { PATH: servers.operatorPath }, encoding: 'utf8', timeout: 60_000 }).status).toBe(0);
    expect(viewOf('--ssh', 'unwatched').hosts[0]).toMatchObject({ check: { status: 0 }, view: { host: { condition: 'alive' } } });
  });

  test('a key that may do nothing else is enough', async () => {
    await servers.start('restricted', { config: ['ForceCommand dogwatch status --json'] });
    expect(problemOf('restricted')).toBe(null);
  });

  test('through a jump host, which is asked nothing either', async () => {
    await servers.start('jump');
    await servers.start('behind', {}, true, ['ProxyJump jump']);
    expect(problemOf('behind')).toBe(null);
    await servers.start('unknown-jump', {}, false);
    await servers.start('behind-it', {}, true, ['ProxyJump unknown-jump']);
    expect(problemOf('behind-it')).toMatchObject({ kind: 'refused', message: 'its host key is not known' });
  });

  test('what a shell says at login is not taken for an answer', async () => {
    await servers.start('talkative', { config: ['ForceCommand echo "Welcome to {\\"runs\\"}"; dogwatch status --json; echo bye'] });
    expect(problemOf('talkative')).toBe(null);
    await servers.start('silly', { config: ['ForceCommand echo Welcome'] });
    expect(problemOf('silly')).toMatchObject({ kind: 'not-understood', got: 'Welcome' });
  });

  test('each refusal has its reason', async () => {
    await servers.start('unknown-key', {}, false);
    expect(problemOf('unknown-key')).toMatchObject({ kind: 'refused', message: 'its host key is not known' });

    await servers.start('nowhere', { path: '/usr/bin:/bin' });
    expect(problemOf('nowhere')).toMatchObject({ kind: 'no-dogwatch' });

    servers.alias('down', 1);
    expect(problemOf('down')).toMatchObject({ kind: 'unreachable', message: 'no ssh server listens there' });
    expect(problemOf('no-such-host.invalid')).toMatchObject({ kind: 'unreachable', message: 'its name is not known' });
  });

  test('another key than the known one, and a login that is refused', async () => {
    const { port } = await servers.start('changed');
    servers.alias('refused', port, ['User nobody-of-that-name']);
    expect(problemOf('refused')).toMatchObject({ kind: 'refused', message: 'it refused the login' });
    const other = await servers.start('renewed');
    servers.alias('impostor', other.port, ['HostKeyAlias changed-key']);
    servers.know('changed-key', 'changed');
    expect(problemOf('impostor')).toMatchObject({ kind: 'refused', message: 'its host key has changed' });
  });

  test('a host that hangs is given up, and a connection that is kept holds nothing up', async () => {
    const { process: server } = await servers.start('hangs');
    server.kill('SIGSTOP');
    expect(problemOf('hangs', '--timeout', '3s')).toMatchObject({ kind: expect.stringMatching(/timed-out|unreachable/) });
    server.kill('SIGCONT');

    const control = ['ControlMaster auto', `ControlPath ${directory}/control`, 'ControlPersist 20s'];
    await servers.start('kept', {}, true, control);
    expect(problemOf('kept')).toBe(null);
    expect(problemOf('kept')).toBe(null);
    spawnSync('ssh', ['-O', 'exit', 'kept'], { env: { PATH: servers.operatorPath } });
  });
});
