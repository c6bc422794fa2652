import { accessSync, constants, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, resolve } from 'node:path';
import { agentFor } from '../../agents/registry.ts';
import type { ProcessIdentity, RunSpec } from '../../core/model/facts.ts';
import { policyFrom } from '../../core/model/policy.ts';
import type { Settings } from '../../settings/settings.ts';
import { cleanEnvironment } from '../../system/command/clean-environment.ts';
import { findProgram } from '../../system/command/find-on-path.ts';
import { fileState } from '../../system/disk/file-state.ts';
import { isReadOnly, mounts } from '../../system/disk/mounts.ts';
import type { TransientUnit } from '../../system/systemd/transient-unit.ts';
import { EXIT_UNAVAILABLE, EXIT_USAGE, Problem } from '../terminal/problem.ts';
import { launcherOption } from './launcher-option.ts';
import type { RunOptions } from './options.ts';
import { operatorPatterns, regularExpression } from './pattern-options.ts';
import { seenIn } from './sign-of-done.ts';
import { unitOf } from './unit-argument.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export interface Origin {
  readonly environment: NodeJS.ProcessEnv;
  /** The process to take over, or null if dogwatch starts the first attempt. */
  readonly foreign: ProcessIdentity | null;
  /** The systemd unit whose main process that is. */
  readonly unit?: TransientUnit | undefined;
}

/**
 * Checks what the operator asked for and returns the run's spec. Throws a Problem, before anything
 * is registered.
 */
export function runSpec(
  argv: readonly string[],
  options: RunOptions,
  settings: Settings,
  unique: string,
  { environment, foreign }: Origin,
): RunSpec {
  const adopted = foreign !== null;
  const variables = cleanEnvironment(environment);
  const cwd = directory(resolve(options.cwd ?? process.cwd()));
  const { agent, exit, unseen } = seenIn(argv, options, cwd, process.env.PATH ?? '', adopted);
  const module = agentFor(agent);
  if (!adopted) checkProgram(argv[0] ?? '', cwd, process.env.PATH ?? '');
  const prepared = module.prepare(argv, unique, options.prompt !== undefined);
  if ('problem' in prepared) throw new Problem(EXIT_USAGE, `this ${agent} command cannot be kept going`, { got: prepared.problem });
  const noSign = options.doneFile === undefined && options.doneLog === undefined && options.check === undefined;
  if (adopted && agent === 'generic' && noSign && options.doneExit === undefined) throw noDoneSignal();
  const file = options.doneFile === undefined ? null : resolve(cwd, options.doneFile);
  return {
    name: options.name === undefined ? nameFor(cwd) : checkedName(options.name),
    agent,
    // An adopted command is already running, unchanged.
    command: adopted ? argv : prepared.command,
    cwd,
    umask: process.umask(),
    environmentFile: `${unique}.json`,
    prompt: options.prompt ?? null,
    resumeCommand: options.resumeCommand ?? null,
    resumePrompt: settings.resumePrompt,
    done: {
      file,
      fileBefore: file === null ? null : fileState(file),
      logPattern: regularExpression('--done-log', options.doneLog),
      check: options.check ?? null,
      ...exit,
    },
    progress: options.progress ?? null,
    logs: options.log.map((path) => logPath(resolve(cwd, path))),
    journals: options.journal.map(journalUnit),
    ...launcherOption(options, settings),
    sessions: options.resumeCommand === undefined ? module.keepsSessions : options.sessionPattern !== undefined,
    adopted,
    unseen,
    ...module.account(argv, variables),
    ...operatorPatterns(agent, options),
    paths: pathsOf(cwd, module.dataDirectory(variables), variables.TMPDIR, settings.stateDir),
    policy: policyFrom(settings),
  };
}

/** An adopted process is not our child, so its exit status is not available. */
const noDoneSignal = (): Problem =>
  new Problem(EXIT_USAGE, 'dogwatch cannot see when this run is done', {
    expected: 'one of --done-file, --check, or --log with --done-log',
    got: 'none, and dogwatch cannot read the exit status of a process that it did not start',
  });

/**
 * Returns where the run writes: its directory, its agent's data, temporary files, and the logs of
 * its attempts. Leaves out read-only places.
 */
const pathsOf = (cwd: string, data: string | null, temporary: string | undefined, stateDir: string): readonly string[] => [
  ...new Set([...[cwd, ...(data === null ? [] : [data]), temporary || tmpdir()].filter(isWritable), stateDir]),
];

const isWritable = (path: string): boolean => !isReadOnly(path, String(statSync(path, { throwIfNoEntry: false })?.dev ?? ''), mounts());

/** Returns the default name of a run: the name of its directory. */
const nameFor = (cwd: string): string =>
  basename(cwd)
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 60) || 'run';

function checkedName(name: string): string {
  if (NAME.test(name)) return name;
  throw new Problem(EXIT_USAGE, 'this name cannot be used for a run', {
    expected: 'up to 64 letters, digits, dots, dashes and underscores, a letter or digit first',
    got: JSON.stringify(name),
  });
}

export function directory(path: string): string {
  const what = statSync(path, { throwIfNoEntry: false });
  if (what?.isDirectory()) return path;
  throw new Problem(EXIT_USAGE, '--cwd is not a directory', {
    got: `${path} ${what === undefined ? 'does not exist' : 'is something else'}`,
  });
}

/**
 * Looks up a command as the shell would. Throws a Problem if it does not exist, since every attempt
 * would die at once.
 */
export function checkProgram(command: string, cwd: string, path: string): void {
  if (findProgram(command, cwd, path) !== null) return;
  throw new Problem(EXIT_UNAVAILABLE, `there is no command ${JSON.stringify(command)}`, {
    expected: 'an executable file',
    got: command.includes('/') ? `nothing executable at ${resolve(cwd, command)}` : `none on the PATH: ${path}`,
    hint: 'nothing was registered; give the full path, or start dogwatch with a PATH that contains it',
  });
}

/**
 * Checks only the name: the unit may be created or started later. Throws a Problem without
 * journalctl.
 */
function journalUnit(text: string): string {
  unitOf('--journal', text);
  if (findProgram('journalctl', '/', process.env.PATH ?? '') === null)
    throw new Problem(EXIT_UNAVAILABLE, '--journal cannot be followed', {
      expected: 'systemd with journalctl on the PATH',
      got: 'no journalctl',
    });
  return text;
}

/**
 * Accepts a log that does not exist yet. An existing one must be a readable file, or this throws a
 * Problem.
 */
function logPath(path: string): string {
  const what = statSync(path, { throwIfNoEntry: false });
  if (what === undefined) return path;
  if (!what.isFile())
    throw new Problem(EXIT_USAGE, '--log is not a file', {
      got: `${path} is ${what.isDirectory() ? 'a directory' : 'not a regular file'}`,
    });
  try {
    accessSync(path, constants.R_OK);
    return path;
  } catch {
    throw new Problem(EXIT_USAGE, '--log cannot be read', { got: path, hint: 'dogwatch reads it as the user that it runs as' });
  }
}
