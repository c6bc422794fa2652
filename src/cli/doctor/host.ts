import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { KNOWN_AGENTS } from '../../core/values/agent-names.ts';
import { truncate } from '../../core/values/truncate.ts';
import { dockerEndpoints } from '../../reclaimers/configured.ts';
import { readSettings } from '../../settings/read.ts';
import { cleanEnvironment } from '../../system/command/clean-environment.ts';
import { findOnPath } from '../../system/command/find-on-path.ts';
import { dockerHost, expectsDocker } from '../../system/docker/context.ts';
import { dockerEngine } from '../../system/docker/engine.ts';
import { userName } from '../../system/process/user-name.ts';
import { sanitizeForTerminal } from '../../system/text/sanitize.ts';
import { type Finding, ok, warn } from './finding.ts';

/** An agent's CLI may check for updates before it prints its version. */
const DEADLINE_MS = 15_000;
const LONGEST_VERSION = 80;

/** Lists the installed agents and their versions. */
export async function checkAgents(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const found = KNOWN_AGENTS.flatMap((name) =>
    [findOnPath(name, env.PATH ?? '')].flatMap((path) => (path === null ? [] : [{ name, path }])),
  );
  if (found.length === 0) return [warn('agent', `none of ${KNOWN_AGENTS.join(', ')} is on the PATH`, 'add its directory to PATH')];
  return Promise.all(
    found.map(async ({ name, path }) => {
      const { out, said } = await output(path, ['--version'], env);
      if (said === null) return ok('agent', `${name} at ${path}${out === '' ? '' : `, ${truncate(out, LONGEST_VERSION)}`}`);
      return warn('agent', `${name} at ${path} does not print its version: ${said}`, `try it as this user: ${name} --version`);
    }),
  );
}

/** Checks whether the engines whose images are reclaimed respond. */
export async function checkDocker(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const { settings, sources } = readSettings(env);
  const { url, namedBy } = dockerHost(env);
  if (sources.dockerHosts === 'default' && url === null)
    return [warn('docker', `${namedBy} names no usable engine`, 'see docker context ls, or set DOGWATCH_DOCKER_HOSTS')];
  return Promise.all(
    dockerEndpoints(settings).map(async (endpoint) => {
      const info = await dockerEngine(endpoint, env).info();
      if (info.kind === 'ok') return ok('docker', `${endpoint.url} answers`);
      if (info.kind === 'failed' && info.isAbsent === true && !expectsDocker(env)) return noEngine(env);
      const next = info.because.includes('group docker')
        ? `sudo usermod -aG docker ${userName()}, then log in again`
        : 'fix it, or set DOGWATCH_DOCKER_HOSTS';
      return warn('docker', `${endpoint.url}: ${info.because}`, next);
    }),
  );
}

/** No engine was configured, which is worth a warning only if the command of one is installed. */
function noEngine(env: NodeJS.ProcessEnv): Finding {
  const command = ['docker', 'podman'].find((name) => findOnPath(name, env.PATH ?? '') !== null);
  if (command === undefined) return ok('docker', 'none here');
  const next = 'start it (for podman: systemctl --user start podman.socket), or name it in DOGWATCH_DOCKER_HOSTS';
  return warn('docker', `the command ${command} is installed, but no engine was found: no images are reclaimed`, next);
}

/** Checks whether this user may read the system's journal, which `run --journal` follows. */
export async function checkJournal(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  if (findOnPath('journalctl', env.PATH ?? '') === null) return [];
  const { said } = await output('journalctl', ['--system', '-q', '-n', '1', '-o', 'cat', '--no-pager'], env);
  if (said === null) return [ok('journal', 'readable')];
  const next = `sudo usermod -aG systemd-journal ${userName()}, then log in again; your own units need nothing`;
  return [warn('journal', `the system's journal cannot be read: ${said}`, next)];
}

/** systemd-timesyncd creates this file when it has set the clock. */
const SYNCHRONIZED = '/run/systemd/timesync/synchronized';

/** Checks that the clock is synchronised: agents state resets of limits as times of day. */
export async function checkClock(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const { out, said } = await output('timedatectl', ['show', '--property=NTPSynchronized', '--value'], env);
  if (out === 'yes' || existsSync(SYNCHRONIZED)) return [ok('clock', 'synchronised')];
  if (said !== null) return [ok('clock', 'cannot tell here whether it is synchronised')];
  return [warn('clock', 'not synchronised: dogwatch would wait too long or too briefly for limits', 'sudo timedatectl set-ntp true')];
}

/**
 * Runs a program. `out` is the first line of its output; `said` is what went wrong, or null if
 * nothing did.
 */
function output(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<{ out: string; said: string | null }> {
  return new Promise((resolve) => {
    execFile(program, [...args], { env: cleanEnvironment(env), timeout: DEADLINE_MS, killSignal: 'SIGKILL' }, (error, out, problem) =>
      resolve({ out: firstLine(out), said: error === null ? null : firstLine(problem) || firstLine(error.message) }),
    );
  });
}

const firstLine = (text: string): string => sanitizeForTerminal(text.trim().split('\n')[0] ?? '');
