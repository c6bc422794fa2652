import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from '../../processes/stage.ts';
import { unpackedIn, whyNotUnpacked } from '../unpacked.ts';
import { startWatchdog, type Watching } from './watching.ts';

/** The command line of strace, or why there is none here. */
function strace(): { readonly path: string } | { readonly missing: string } {
  const works = (path: string) => spawnSync(path, ['-qq', '-e', 'trace=none', 'true']).status === 0;
  if (works('strace')) return { path: 'strace' };
  const missing = whyNotUnpacked('strace', 'strace');
  const path = join(unpackedIn('strace'), 'usr/bin/strace');
  if (missing !== null) return { missing };
  return works(path) ? { path } : { missing: 'strace may not trace a process here' };
}

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
  return { ...startWatchdog(stage, [found.path, '-qq', '-o', trace, ...what], env), calls: () => readFileSync(trace, 'utf8') };
}
