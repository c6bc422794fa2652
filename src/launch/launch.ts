import { randomBytes } from 'node:crypto';
import type { ProcessIdentity } from '../core/model/facts.ts';
import type { Limits } from '../core/model/run-spec.ts';
import { errorMessage } from '../core/values/error-message.ts';
import type { AttemptFiles } from '../store/directory/layout.ts';
import { writeAtomically } from '../system/file/write-atomically.ts';
import { bootId } from '../system/process/process.ts';
import { createFifo } from './attempt/alive-fifo.ts';
import { makeDirectory, readClaim } from './attempt/record.ts';
import { attemptEnvironment, type Environment } from './environment.ts';
import type { Launcher } from './launchers/launcher.ts';
import { plain } from './launchers/process.ts';
import { whyNotStartable } from './preflight.ts';
import { shimCommand } from './shim-file.ts';

export interface LaunchPlan {
  /** The run's id. `runName` is its name. */
  readonly run: string;
  readonly runName: string;
  readonly attempt: number;
  readonly argv: readonly string[];
  /** Null for /dev/null. */
  readonly stdin: string | null;
  readonly cwd: string;
  readonly umask: number;
  readonly environment: Environment;
  readonly files: AttemptFiles;
  readonly aliveFifo: string;
  /** That of the next attempt: created with it, which costs nothing. */
  readonly nextFifo?: string;
  /** `<run id>/<attempt>/<token>` */
  readonly mark: string;
  /** Appended to PATH. */
  readonly extraPath: string;
  readonly stateDir: string;
  readonly limits: Limits;
}

export type LaunchOutcome =
  | { readonly kind: 'started'; readonly shim: ProcessIdentity }
  /** This attempt was already started. */
  | { readonly kind: 'claimed' }
  | { readonly kind: 'failed'; readonly because: string };

/** A shim that waits for what was decided. */
export interface ReadyMade {
  /**
   * The descriptions are in `Standby`. Null if it cannot be used, and the attempt is started in the
   * usual way.
   */
  start(plan: LaunchPlan, environment: Environment, stdin: string, launcher: Launcher): Promise<string | null>;
}

/** A new mark. Its last part is a secret: it proves that a claim comes from this attempt. */
export const markOf = (run: string, attempt: number): string => `${run}/${attempt}/${randomBytes(12).toString('hex')}`;

/**
 * Starts an attempt at most once, however often this is called, and resolves as soon as its shim
 * holds the claim. What can be checked beforehand (no such program, no such directory) is a failure
 * in words; what only the kernel knows (a broken `#!`) ends the attempt with status 126 or 127,
 * with the reason in its log.
 */
export async function launchAttempt(plan: LaunchPlan, launcher: Launcher = plain, ready: ReadyMade | null = null): Promise<LaunchOutcome> {
  const environment = attemptEnvironment(plan);
  const problem = whyNotStartable(plan.argv, plan.cwd, environment.PATH ?? '');
  if (problem !== null) return { kind: 'failed', because: problem };
  try {
    return await startShim(plan, environment, launcher, ready);
  } catch (error) {
    return { kind: 'failed', because: errorMessage(error) };
  }
}

async function startShim(plan: LaunchPlan, environment: Environment, launcher: Launcher, ready: ReadyMade | null): Promise<LaunchOutcome> {
  const { files } = plan;
  if (readClaim(files).claimed) return { kind: 'claimed' };
  makeDirectory(files);
  if (plan.stdin !== null) writePrompt(files.prompt, plan.stdin);
  const stdin = plan.stdin === null ? '/dev/null' : files.prompt;
  const answer = await ready?.start(plan, environment, stdin, launcher);
  if (answer != null) return outcome(answer, files);
  createFifo(plan.aliveFifo, ...(plan.nextFifo === undefined ? [] : [plan.nextFifo]));
  const umask = plan.umask.toString(8).padStart(4, '0');
  const shim = [...shimCommand(plan.extraPath), bootId(), files.directory, plan.aliveFifo, stdin, umask, ...plan.argv];
  const launched = await launcher.start({ ...plan, argv: shim, environment });
  return 'failed' in launched ? { kind: 'failed', because: launched.failed } : outcome(launched.said, files);
}

/** Atomic: a start that loses the race must not truncate the winner's prompt. */
function writePrompt(path: string, prompt: string): void {
  writeAtomically(path, prompt, { durable: false });
}

function outcome(said: string, files: AttemptFiles): LaunchOutcome {
  if (said === 'claimed') return { kind: 'claimed' };
  const { shim } = readClaim(files);
  if (said === 'started' && shim !== null) return { kind: 'started', shim };
  return { kind: 'failed', because: said === '' ? 'its shim was killed during startup' : `its shim could not start it: ${said}` };
}
