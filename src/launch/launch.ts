import { spawn } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { ProcessIdentity } from '../core/types.ts';
import type { AttemptFiles } from '../store/layout.ts';
import { bootId } from '../system/process.ts';
import { createAliveFifo } from './alive-fifo.ts';
import { readAttempt } from './attempt-record.ts';
import { attemptEnvironment, type Environment } from './environment.ts';
import { SHIM } from './shim.ts';
import { whyNotStartable } from './startable.ts';

export interface LaunchPlan {
  /** The run's id, and its name. */
  readonly run: string;
  readonly runName: string;
  readonly attempt: number;
  readonly argv: readonly string[];
  /** Null: /dev/null. */
  readonly stdin: string | null;
  readonly cwd: string;
  readonly umask: number;
  readonly environment: Environment;
  readonly files: AttemptFiles;
  readonly aliveFifo: string;
  /** `<run id>/<attempt>/<token>` */
  readonly mark: string;
  /** Goes to the end of PATH. */
  readonly extraPath: string;
  readonly stateDir: string;
}

export type LaunchOutcome =
  | { readonly kind: 'started'; readonly shim: ProcessIdentity }
  /** Somebody has started this attempt already. */
  | { readonly kind: 'claimed' }
  | { readonly kind: 'failed'; readonly because: string };

/**
 * Starts an attempt at most once, whoever calls it how often, and resolves as soon as its shim holds the claim. What can be seen before
 * (no such program, no such directory) is a failure in words; what only the kernel knows (a broken `#!`) ends the attempt with status 126
 * or 127 and the reason in its log.
 */
export async function launchAttempt(plan: LaunchPlan): Promise<LaunchOutcome> {
  const environment = attemptEnvironment(plan);
  const problem = whyNotStartable(plan.argv, plan.cwd, environment.PATH ?? '');
  if (problem !== null) return { kind: 'failed', because: problem };
  try {
    return await startShim(plan, environment);
  } catch (error) {
    return { kind: 'failed', because: error instanceof Error ? error.message : String(error) };
  }
}

async function startShim({ files, ...plan }: LaunchPlan, environment: Record<string, string>): Promise<LaunchOutcome> {
  if (readAttempt(files).claimed) return { kind: 'claimed' };
  mkdirSync(files.directory, { recursive: true, mode: 0o700 });
  createAliveFifo(plan.aliveFifo);
  if (plan.stdin !== null) writePrompt(files.prompt, plan.stdin);
  const stdin = plan.stdin === null ? '/dev/null' : files.prompt;
  const umask = plan.umask.toString(8).padStart(4, '0');
  const { claim, mark, exit, pid, log } = files;
  // Node's own spawn: execa takes 2 ms longer, which a run that died would wait.
  const shim = spawn(
    '/bin/sh',
    ['-c', SHIM, 'dogwatch', bootId(), claim, mark, exit, pid, plan.aliveFifo, log, stdin, umask, ...plan.argv],
    { cwd: plan.cwd, env: environment, stdio: ['ignore', 'ignore', 'ignore', 'pipe'], detached: true },
  );
  const failure = new Promise<Error>((resolve) => shim.once('error', resolve));
  if (shim.pid === undefined) return { kind: 'failed', because: (await failure).message };
  shim.unref();
  return outcome(await wordsOf(shim.stdio[3] as Readable), files);
}

/** In one step: a start that loses against another must not tear the winner's prompt away. */
function writePrompt(path: string, prompt: string): void {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, prompt, { mode: 0o600 });
  renameSync(temporary, path);
}

async function wordsOf(pipe: Readable): Promise<string> {
  const words: string[] = [];
  for await (const chunk of pipe.setEncoding('utf8')) words.push(chunk);
  return words.join('').trim();
}

function outcome(said: string, files: AttemptFiles): LaunchOutcome {
  if (said === 'claimed') return { kind: 'claimed' };
  const { shim } = readAttempt(files);
  if (said === 'started' && shim !== null) return { kind: 'started', shim };
  return { kind: 'failed', because: said === '' ? 'its shim was killed while it started' : `its shim could not start it: ${said}` };
}
