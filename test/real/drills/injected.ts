import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from '../../../src/core/model/facts.ts';
import type { Stage } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';
import { unpackedIn, whyNotUnpacked } from '../unpacked.ts';
import { startWatchdog, type Watching } from './watching.ts';

/** The words that start strace, or why there is none here. */
function strace(): { readonly words: readonly string[] } | { readonly missing: string } {
  if (works(['strace'])) return { words: ['strace'] };
  const missing = whyNotUnpacked('strace', 'strace');
  if (missing !== null) return { missing };
  const [libraries = ''] = globSync(join(unpackedIn('strace'), 'usr/lib/*-linux-gnu'));
  // It has its own libraries, which its children do not get.
  const words = ['env', `LD_LIBRARY_PATH=${libraries}`, join(unpackedIn('strace'), 'usr/bin/strace'), '-E', 'LD_LIBRARY_PATH'];
  return works(words) ? { words } : { missing: 'strace may not trace a process here' };
}

const works = ([command = '', ...args]: readonly string[]): boolean =>
  spawnSync(command, [...args, '-qq', '-e', 'trace=none', 'true']).status === 0;

export const whyNoStrace = (): string | null => {
  const found = strace();
  return 'missing' in found ? found.missing : null;
};

/**
 * A watchdog under strace. Only its main thread is traced, which does everything that must be
 * durable; its agents are not.
 */
export interface Traced extends Watching {
  /** Its system calls so far, one per line. */
  calls(): string;
}

/** Attaches strace to the main thread of a living process, and resolves once it traces it. */
export async function attach({ pid }: ProcessIdentity, what: readonly string[]): Promise<ChildProcess> {
  const found = strace();
  if ('missing' in found) throw new Error(found.missing);
  const [command = '', ...args] = [...found.words, '-o', '/dev/null', ...what, '-p', `${pid}`];
  const tracer = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const said: string[] = [];
  tracer.stderr?.on('data', (part) => said.push(String(part)));
  await until('strace is attached', () => said.join('').includes(`${pid} attached`));
  return tracer;
}

/** Starts a watchdog in which system calls behave as `what` says, in strace's options. */
export function startTraced(stage: Stage, what: readonly string[], env: Readonly<Record<string, string>> = {}): Traced {
  const found = strace();
  if ('missing' in found) throw new Error(found.missing);
  const trace = join(stage.directory, 'trace');
  return { ...startWatchdog(stage, [...found.words, '-qq', '-o', trace, ...what], env), calls: () => readFileSync(trace, 'utf8') };
}
