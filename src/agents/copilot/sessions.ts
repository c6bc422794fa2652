import { closeSync, fstatSync, globSync, openSync, readSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Environment } from '../contract/agent.ts';

export const home = (environment: Environment): string => environment.COPILOT_HOME || join(environment.HOME || homedir(), '.copilot');

/** How many sessions are looked at, newest first, and how much of each. */
const MOST = 16;
const TAIL_BYTES = 512 * 1024;
/** A file system's clock may be a little behind. */
const EARLIER_MS = 10_000;

/**
 * The session whose record contains this event, or null if none does yet. The output names the
 * session only in its last event (1.0.102); the record follows the output within about a second.
 */
export function sessionWith(event: string, environment: Environment): string | null {
  const found = recent(environment, 0).find(({ path }) => tailOf(path).includes(`"id":"${event}"`));
  return found?.session ?? null;
}

/** The only session with this directory that was written to since then, or null. */
export function newestSession(cwd: string, environment: Environment, sinceWall: number): string | null {
  const found = recent(environment, sinceWall - EARLIER_MS).filter(({ path }) => beginsIn(path, cwd));
  return found.length === 1 ? (found[0]?.session ?? null) : null;
}

interface Recorded {
  readonly session: string;
  readonly path: string;
  readonly wall: number;
}

function recent(environment: Environment, sinceWall: number): readonly Recorded[] {
  const directory = join(home(environment), 'session-state');
  const all = namesIn(directory).flatMap((name): Recorded[] => {
    const path = join(directory, name);
    const wall = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return wall > sinceWall ? [{ session: dirname(name), path, wall }] : [];
  });
  return all.toSorted((one, other) => other.wall - one.wall).slice(0, MOST);
}

function namesIn(directory: string): string[] {
  try {
    return globSync('*/events.jsonl', { cwd: directory });
  } catch {
    return [];
  }
}

const beginsIn = (path: string, cwd: string): boolean =>
  part(path, 'head')
    .split('\n', 1)[0]
    ?.includes(`"cwd":${JSON.stringify(cwd)}`) ?? false;

const tailOf = (path: string): string => part(path, 'tail');

function part(path: string, which: 'head' | 'tail'): string {
  try {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
      const read = readSync(file, bytes, 0, bytes.length, which === 'head' ? 0 : size - bytes.length);
      return bytes.toString('utf8', 0, read);
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}
