import { SETTINGS } from '../../settings/settings.ts';
import type { Candidate } from './candidate.ts';

/** `NAME=` of each setting of a run, with what it means. */
export const settingsOfRuns = (): Candidate[] =>
  Object.values(SETTINGS)
    .filter(({ scope }) => scope !== 'host')
    .map(({ name, meaning }) => [`${name}=`, meaning]);
