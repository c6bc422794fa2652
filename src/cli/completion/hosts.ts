import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseSshHost } from '../../system/ssh/hosts.ts';
import type { Candidate } from './candidate.ts';

/**
 * The hosts that a list can be continued with: this machine, those of the setting, and the aliases
 * in ~/.ssh/config. `word` is what has been typed of the list.
 */
export function hostsToComplete(word: string, { DOGWATCH_FLEET_SSH = '' }: NodeJS.ProcessEnv): Candidate[] {
  const list = word.replace(/^--\w+=/, '');
  const typed = list.slice(0, list.lastIndexOf(',') + 1);
  const known = typed.split(',');
  const all: Candidate[] = [
    ['.', 'this machine'],
    ...DOGWATCH_FLEET_SSH.split(/[\s,]+/).map((host): Candidate => [host, 'of DOGWATCH_FLEET_SSH']),
    ...aliases().map((host): Candidate => [host, 'of ~/.ssh/config']),
  ];
  const names = all.map(([host]) => host);
  const isNew = (host: string, index: number) => names.indexOf(host) === index && !known.includes(host);
  return all
    .filter(([host], index) => host !== 'none' && parseSshHost(host) !== null && isNew(host, index))
    .map(([host, about]) => [`${typed}${host}`, about]);
}

/** Patterns are no hosts. */
function aliases(): string[] {
  try {
    const lines = readFileSync(join(homedir(), '.ssh/config'), 'utf8').matchAll(/^[ \t]*Host[ \t=]+(.*)$/gim);
    return [...lines].flatMap(([, names = '']) => names.split(/[\s"]+/)).filter((name) => !/[*?!]/.test(name));
  } catch {
    return [];
  }
}
