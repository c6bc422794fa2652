import { readdirSync, readFileSync } from 'node:fs';
import type { ProcessIdentity } from '../../src/core/model/facts.ts';
import { identify } from '../../src/system/process/process.ts';

/**
 * The living processes started for a state directory, without this one: their environment names it,
 * and no other has it.
 */
export function processesOf(stateDir: string): readonly ProcessIdentity[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) return [];
    const identity = identify(pid);
    return identity !== null && environmentOf(pid).includes(`DOGWATCH_STATE_DIR=${stateDir}`) ? [identity] : [];
  });
}

function environmentOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
