import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from '../../core/model/facts.ts';
import { isSame } from '../../core/values/process-identity.ts';
import type { AttemptFiles } from '../../store/directory/layout.ts';
import { writeAtomically } from '../../system/file/write-atomically.ts';
import { kinOf, rememberKin } from '../../system/process/marks.ts';
import { bootId } from '../../system/process/process.ts';
import { readAttempt } from './record.ts';

/**
 * The file that lists an attempt's descendants that carry no mark: once their parents are gone, a
 * watchdog that has just started could not recognize them. Each is identified by its boot, pid and
 * start time.
 */
const fileOf = ({ directory }: AttemptFiles): string => join(directory, 'unmarked');

/** Each line is at most about 30 characters long. */
const MOST = 512;

/** What was last written, by attempt directory: most attempts have no such process, and no file. */
const written = new Map<string, readonly ProcessIdentity[]>();
const MAX_WRITTEN = 10_000;

/** Call this before looking at the processes of an attempt; calling it again has no effect. */
export function recallUnmarked(files: AttemptFiles, mark: string | null): void {
  if (mark === null || written.has(files.directory)) return;
  const before = readIdentities(fileOf(files));
  if (before.length > 0) rememberKin(mark, before);
  note(files, before);
}

/**
 * Call this after looking: the next watchdog will know what is known now. What cannot be written is
 * known only to this one.
 */
export function keepUnmarked(files: AttemptFiles, mark: string | null): void {
  if (mark === null) return;
  const now = kinOf(mark).slice(0, MOST);
  const before = written.get(files.directory) ?? [];
  if (now.length === before.length && now.every((one) => before.some((other) => isSame(one, other)))) return;
  try {
    write(fileOf(files), now);
    note(files, now);
  } catch {
    // A full disk must not stop the look; the next change tries again.
  }
}

function note({ directory }: AttemptFiles, identities: readonly ProcessIdentity[]): void {
  if (written.size >= MAX_WRITTEN) written.clear();
  written.set(directory, identities);
}

function write(path: string, identities: readonly ProcessIdentity[]): void {
  if (identities.length === 0) {
    rmSync(path, { force: true });
    return;
  }
  const lines = identities.map(({ pid, startTicks }) => `${pid} ${startTicks}`);
  writeAtomically(path, `${[bootId(), ...lines].join('\n')}\n`, { durable: false });
}

function readIdentities(path: string): readonly ProcessIdentity[] {
  const [boot, ...lines] = textOf(path).split('\n');
  if (boot !== bootId()) return [];
  return lines.slice(0, MOST).flatMap((line) => {
    const [, pid, startTicks] = /^(\d{1,10}) (\d{1,16})$/.exec(line) ?? [];
    return pid === undefined ? [] : { bootId: boot, pid: Number(pid), startTicks: Number(startTicks) };
  });
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/**
 * The record of an attempt that is about to be ended; also recalls processes that lost its mark.
 */
export function recalledAttempt(files: AttemptFiles) {
  const record = readAttempt(files);
  recallUnmarked(files, record.mark);
  return record;
}
