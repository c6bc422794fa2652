import { existsSync, readFileSync } from 'node:fs';
import { counted } from '../../core/values/counted.ts';
import { inWords, readSettings } from '../../settings/read.ts';
import { findOnPath } from '../../system/command/find-on-path.ts';
import { allProcesses } from '../../system/process/marks.ts';
import type { LivingProcess } from '../../system/process/seen-process.ts';
import { checkEvidence } from './evidence.ts';
import { type DoctorCheck, type Finding, fail, ok, warn } from './finding.ts';
import { checkForgotten } from './forgotten.ts';
import { checkAgents, checkClock, checkDocker, checkJournal } from './host.ts';
import { checkLauncher } from './launcher.ts';
import { checkNotify } from './notify.ts';
import { checkQuestions } from './questions.ts';
import { checkRecovery } from './recovery.ts';
import { checkService } from './service.ts';
import { checkStateDirectory } from './state-directory.ts';
import { checkStore } from './store.ts';
import { checkStrays } from './strays.ts';
import { checkToolsEnvironment } from './tools-environment.ts';

const NEEDED_NODE_MAJOR = 24;
/** dogwatch watches a few files per run; an agent's own watcher may take tens of thousands. */
const FEW_WATCHES = 16_384;
const FEW_INSTANCES = 128;

function node(): Finding[] {
  const { node: version } = process.versions;
  if (Number.parseInt(version, 10) >= NEEDED_NODE_MAJOR) return [ok('node', `${version} at ${process.execPath}`)];
  return [fail('node', version, `install Node ${NEEDED_NODE_MAJOR} or newer`)];
}

function settings(env: NodeJS.ProcessEnv): Finding[] {
  const { problems, unknown } = readSettings(env);
  const bad = problems.map(({ name, expected, got, hint }) =>
    fail('settings', `${name} is ${got}`, `set it to ${expected}${hint === null ? '' : ` (${hint})`}`),
  );
  const strange = unknown.map((one) => warn('settings', inWords(one), 'correct or remove it'));
  return bad.length + strange.length > 0 ? [...bad, ...strange] : [ok('settings', 'all valid; `dogwatch config` prints them')];
}

function inotify(): Finding[] {
  const limit = (name: string) => Number.parseInt(read(`/proc/sys/fs/inotify/${name}`) ?? '', 10);
  const [watches, instances] = [limit('max_user_watches'), limit('max_user_instances')];
  const said = `${watches} watches and ${instances} instances per user`;
  if (Number.isNaN(watches) || Number.isNaN(instances)) return [warn('inotify', 'its limits cannot be read', 'mount /proc')];
  if (watches >= FEW_WATCHES && instances >= FEW_INSTANCES) return [ok('inotify', said)];
  const wanted = `fs.inotify.max_user_watches=${Math.max(watches, 524_288)} fs.inotify.max_user_instances=${Math.max(instances, 512)}`;
  return [warn('inotify', `${said} may be too few when agents watch files as well`, `sysctl -w ${wanted}`)];
}

/**
 * Attempts are found by the environments of their processes; other users' processes matter only to
 * `adopt`.
 */
function proc(): Finding[] {
  if (read('/proc/self/stat') === null || read('/proc/self/environ') === null)
    return [fail('/proc', 'this process cannot see itself', 'mount /proc: dogwatch identifies processes by it')];
  const hidden = allProcesses().filter((one) => one.hidden === 'ours');
  if (hidden.length > 0) return [warn('/proc', hiddenInWords(hidden), HIDDEN_NEXT)];
  if (existsSync('/proc/1/stat')) return [ok('/proc', 'readable')];
  return [warn('/proc', "other users' processes are hidden (hidepid)", 'adopt only runs of the user that dogwatch runs as')];
}

const MOST_NAMED = 5;

function hiddenInWords(hidden: readonly LivingProcess[]): string {
  const names = [...new Set(hidden.map(({ comm }) => comm))];
  const named = `${names.slice(0, MOST_NAMED).join(', ')}${names.length > MOST_NAMED ? ' …' : ''}`;
  return `${counted(hidden.length, "of this user's own processes hides its", "of this user's own processes hide their")} environment (${named})`;
}

const HIDDEN_NEXT =
  'nothing to do, unless an agent or its tools are among them (setcap, set-uid): then only their parent processes identify them; --launcher systemd tracks them reliably';

function programs(env: NodeJS.ProcessEnv): Finding[] {
  const find = (name: string) => findOnPath(name, env.PATH ?? '');
  const needed = ['mkfifo', 'df'].map((name) => {
    const path = find(name);
    return path === null ? fail(name, 'not on the PATH', 'install coreutils, or add its directory to PATH') : ok(name, path);
  });
  const git = find('git');
  return [
    existsSync('/bin/sh') ? ok('sh', '/bin/sh') : fail('sh', '/bin/sh is missing', 'install a POSIX shell: it starts the attempts'),
    ...needed,
    git === null
      ? warn('git', 'not on the PATH', 'install git, or measure progress with --progress: without git, commits are not seen')
      : ok('git', git),
  ];
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** All checks, in the order in which they are reported. */
export const DOCTOR_CHECKS: readonly DoctorCheck[] = [
  node,
  settings,
  checkStateDirectory,
  checkStore,
  checkStrays,
  checkForgotten,
  checkEvidence,
  proc,
  inotify,
  programs,
  checkAgents,
  checkToolsEnvironment,
  checkQuestions,
  checkService,
  checkLauncher,
  checkJournal,
  checkDocker,
  checkClock,
  checkNotify,
  checkRecovery,
];
