import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { installAgent, type PinnedAgent, programOf } from '../install.ts';
import { SUBJECTS, type SubjectName } from '../jobs/subjects.ts';
import type { Wanted } from './arguments.ts';
import type { Candidate } from './cell.ts';

/** The newest versions, as npm said when they were installed: there is no network later. */
const NEWEST = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'dogwatch-test', 'newest.json');

const newestKnown = (): Readonly<Record<string, string>> => (existsSync(NEWEST) ? JSON.parse(readFileSync(NEWEST, 'utf8')) : {});

/** The version that is wanted of a CLI, or null if npm did not say which is the newest. */
function pinnedOf(name: SubjectName, newest: boolean): PinnedAgent | null {
  const { pinned } = SUBJECTS[name];
  const version = newest ? newestKnown()[name] : pinned.version;
  return version === undefined ? null : { ...pinned, version };
}

function know(name: SubjectName, version: string | undefined): void {
  mkdirSync(join(NEWEST, '..'), { recursive: true });
  writeFileSync(NEWEST, JSON.stringify({ ...newestKnown(), [name]: version }));
}

/** Installs what is wanted. What cannot be installed is reported, and its cells are left out. */
export function installNeeded({ agents, newest }: Wanted): void {
  for (const name of agents)
    try {
      if (newest) {
        // What an earlier look found is not the newest any more.
        know(name, undefined);
        know(name, execFileSync('npm', ['view', SUBJECTS[name].pinned.package, 'version'], { encoding: 'utf8' }).trim());
      }
      const wanted = pinnedOf(name, newest);
      if (wanted !== null) installAgent(wanted);
    } catch (error) {
      process.stderr.write(`dogwatch: ${name} is left out, it can't be installed: ${error instanceof Error ? error.message : error}\n`);
    }
}

/** An installed CLI, or null if it is not installed. */
export function candidateOf(name: SubjectName, newest: boolean): (Candidate & { readonly version: string }) | null {
  const pinned = pinnedOf(name, newest);
  const program = pinned === null ? null : programOf(pinned);
  return pinned === null || program === null ? null : { name, subject: SUBJECTS[name], program, version: pinned.version };
}
