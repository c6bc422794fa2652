import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from '../../kit/stage.ts';
import { unpackedIn, whyNotUnpacked } from '../unpacked.ts';
import { startWatchdog, type Watching } from './watching.ts';

/** The words with which strace begins, or why there is none here. */
function strace(): { readonly words: readonly string[] } | { readonly missing: string } {
  if (works(['strace'])) return { words: ['strace'] };
  const missing = whyNotUnpacked('strace', 'strace');
  if (missing !== null) return { missing };
  const [libraries = ''] = globSync(join(unpackedIn('strace'), 'usr/lib/*-linux-gnu'));
  // Its libraries are its own: what it starts does not get them.
  const words = ['env', `LD_LIBRARY_PATH=${libraries}`, join(unpackedIn('strace'), 'usr/bin/strace'), '-E', 'LD_LIBRARY_PATH'];
  return works(words) ? { words } : { missing: 'strace may not trace a process here' };
}

const works = ([command = '', ...args]: readonly string[]): boolean =>
  spawnSync(command, [...args, '-qq', '-e', 'trace=none', 'true']).status === 0;

export const whyNoStrace = (): string | null => {
  const found = strace();
  return 'missing' in found ? found.missing : null;
};

/** A watchdog under strace. Only its main thread is traced, which does all that has to be durable; its agents are not. */
export interface Traced extends Watching {
  /** What it did so far, a line a call. */
  calls(): string;
}

/** Starts a watchdog in which system calls go as `what` says: options of strace. */
export function startTraced(stage: Stage, what: readonly string[], env: Readonly<Record<string, string>> = {}): Traced {
  const found = strace();
  if ('missing' in found) throw new Error(found.missing);
  const trace = join(stage.directory, 'trace');
  return { ...startWatchdog(stage, [...found.words, '-qq', '-o', trace, ...what], env), calls: () => readFileSync(trace, 'utf8') };
}
