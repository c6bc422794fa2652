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

/** An agent's CLI may look for news of itself before it says its version. */
const DEADLINE_MS = 15_000;
const LONGEST_VERSION = 80;

/** Which agents there are, and in which version. */
export async function checkAgents(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const found = KNOWN_AGENTS.flatMap((name) =>
    [findOnPath(name, env.PATH ?? '')].flatMap((path) => (path === null ? [] : [{ name, path }])),
  );
  if (found.length === 0) return [warn('agent', `none of ${KNOWN_AGENTS.join(', ')} is on the PATH`, 'add its directory to PATH')];
  return Promise.all(
    found.map(async ({ name, path }) => {
      const { out, said } = await output(path, ['--version'], env);
      if (said === null) return ok('agent', `${name} at ${path}${out === '' ? '' : `, ${truncate(out, LONGEST_VERSION)}`}`);
      return warn('agent', `${name} at ${path} does not say its version: ${said}`, `try it as this user: ${name} --version`);
    }),
  );
}

/** Whether the engines whose images are reclaimed can be asked. */
export async function checkDocker(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const { settings, sources } = readSettings(env);
  const { url, namedBy } = dockerHost(env);
  if (sources.dockerHosts === 'default' && url === null)
    return [warn('docker', `${namedBy} names no engine that can be asked`, 'see docker context ls, or set DOGWATCH_DOCKER_HOSTS')];
  return Promise.all(
    dockerEndpoints(settings).map(async (endpoint) => {
      const info = await dockerEngine(endpoint, env).info();
      if (info.kind === 'ok') return ok('docker', `${endpoint.url} answers`);
      if (info.kind === 'failed' && info.isAbsent === true && !expectsDocker(env)) return noEngine(env);
      const next = info.because.includes('group docker')
        ? `sudo usermod -aG docker ${userName()}, then log in again`
        : 'see to it, or set DOGWATCH_DOCKER_HOSTS';
      return warn('docker', `${endpoint.url}: ${info.because}`, next);
    }),
  );
}

/** Nobody asked for an engine: that is odd only where there is a command for one. */
function noEngine(env: NodeJS.ProcessEnv): Finding {
  const command = ['docker', 'podman'].find((name) => findOnPath(name, env.PATH ?? '') !== null);
  if (command === undefined) return ok('docker', 'none here');
  const next = 'start it (for podman: systemctl --user start podman.socket), or say which with DOGWATCH_DOCKER_HOSTS';
  return warn('docker', `the command ${command} is there, but no engine was found: no image is reclaimed`, next);
}

/** Whether this user may read the system's journal, which `run --journal` follows. */
export async function checkJournal(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  if (findOnPath('journalctl', env.PATH ?? '') === null) return [];
  const { said } = await output('journalctl', ['--system', '-q', '-n', '1', '-o', 'cat', '--no-pager'], env);
  if (said === null) return [ok('journal', 'can be read')];
  const next = `sudo usermod -aG systemd-journal ${userName()}, then log in again; units of your own need nothing`;
  return [warn('journal', `the system's cannot be read: ${said}`, next)];
}

/** What timesyncd leaves when it has set the clock. */
const SYNCHRONIZED = '/run/systemd/timesync/synchronized';

/** Resets of limits are stated as times of day. */
export async function checkClock(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const { out, said } = await output('timedatectl', ['show', '--property=NTPSynchronized', '--value'], env);
  if (out === 'yes' || existsSync(SYNCHRONIZED)) return [ok('clock', 'synchronised')];
  if (said !== null) return [ok('clock', 'whether it is synchronised cannot be told here')];
  return [warn('clock', 'not synchronised: limits would be waited for too long, or not long enough', 'sudo timedatectl set-ntp true')];
}

/** What a program prints, in one line; `said`: what went wrong, null: nothing. */
function output(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<{ out: string; said: string | null }> {
  return new Promise((resolve) => {
    execFile(program, [...args], { env: cleanEnvironment(env), timeout: DEADLINE_MS, killSignal: 'SIGKILL' }, (error, out, problem) =>
      resolve({ out: firstLine(out), said: error === null ? null : firstLine(problem) || firstLine(error.message) }),
    );
  });
}

const firstLine = (text: string): string => sanitizeForTerminal(text.trim().split('\n')[0] ?? '');
