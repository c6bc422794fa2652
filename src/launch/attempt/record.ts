import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { ProcessIdentity } from '../../core/model/facts.ts';
import type { Exit } from '../../core/values/exit.ts';
import type { AttemptFiles } from '../../store/directory/layout.ts';
import { parseStat } from '../../system/process/stat.ts';

export interface AttemptRecord {
  /** It was started, or claimed so that it cannot be. */
  readonly claimed: boolean;
  readonly shim: ProcessIdentity | null;
  /** The command's first process. */
  readonly agent: ProcessIdentity | null;
  /**
   * How it ended, or null if it has not, or its shim was killed before it could write this. A shell
   * cannot distinguish a death by signal n from an exit with 128+n; then both are set.
   */
  readonly exit: Exit | null;
  readonly mark: string | null;
  readonly argv: readonly string[];
}

/**
 * Reads the record of an attempt from its directory: enough to watch and to end it after a restart.
 */
export function readAttempt(files: AttemptFiles): AttemptRecord {
  const [mark, argv] = parseMark(read(files.mark) ?? '');
  return { ...readClaim(files), agent: firstProcess(files), exit: readExit(files), mark, argv };
}

/** Only its claim: who holds it, if it is claimed. */
export function readClaim(files: AttemptFiles): Pick<AttemptRecord, 'claimed' | 'shim'> {
  const claim = read(files.claim);
  return { claimed: claim !== null, shim: parseIdentity(claim) };
}

/** Only how it ended. */
export const readExit = ({ exit }: AttemptFiles): Exit | null => parseExit(read(exit));

/** Only its mark. */
export const readMark = ({ mark }: AttemptFiles): string | null => parseMark(read(mark) ?? '')[0];

/** A shim that stands still between its claim and its name is waited for this long. */
const LONGEST_CLAIM_MS = 5000;
const LOOK_EVERY_MS = 20;

/**
 * The same for an attempt that is claimed, once whoever claimed it has written who that is: if it
 * is taken for given up before, it starts beside the next one.
 */
export async function readClaimed(files: AttemptFiles): Promise<AttemptRecord> {
  for (let waitedMs = 0; waitedMs < LONGEST_CLAIM_MS && read(files.claim) === ''; waitedMs += LOOK_EVERY_MS)
    await setTimeout(LOOK_EVERY_MS);
  return readAttempt(files);
}

/** Only the command's first process, or null if it is not known (yet). */
export const firstProcess = ({ pid }: AttemptFiles): ProcessIdentity | null => parseIdentity(read(pid));

/**
 * Creates the last levels one by one: Node's recursive mkdir reports a read-only filesystem as a
 * missing directory.
 */
export function makeDirectory({ directory }: AttemptFiles): void {
  if (isMade(directory)) return;
  const run = dirname(dirname(directory));
  mkdirSync(dirname(run), { recursive: true, mode: 0o700 });
  for (const path of [run, dirname(directory), directory])
    try {
      mkdirSync(path, { mode: 0o700 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
}

/** Where an attempt is not the first of its run, only the last level is missing. */
function isMade(directory: string): boolean {
  try {
    mkdirSync(directory, { mode: 0o700 });
    return true;
  } catch {
    return false;
  }
}

/**
 * Claims an attempt so that it can no longer be started. Returns false if it was already started.
 */
export function claimForNobody(files: AttemptFiles): boolean {
  makeDirectory(files);
  try {
    writeFileSync(files.claim, 'nobody\n', { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The shim writes its boot id and its line of /proc/self/stat. */
export function parseIdentity(text: string | null): ProcessIdentity | null {
  const space = text?.indexOf(' ') ?? -1;
  if (text === null || space < 0) return null;
  const stat = parseStat(text.slice(space + 1));
  return stat === null ? null : { bootId: text.slice(0, space), pid: stat.pid, startTicks: stat.startTicks };
}

/** A line with the mark, followed by the words of the command, each terminated by NUL. */
function parseMark(text: string): [string | null, readonly string[]] {
  const end = text.indexOf('\n');
  return end < 0
    ? [null, []]
    : [
        text.slice(0, end),
        text
          .slice(end + 1)
          .split('\0')
          .slice(0, -1),
      ];
}

/**
 * Signals that end a process by default. Other statuses above 128 are exit codes: gemini exits with
 * an HTTP status modulo 256.
 */
const DEADLY = ['HUP', 'INT', 'QUIT', 'ILL', 'TRAP', 'ABRT', 'BUS', 'FPE', 'KILL', 'USR1', 'SEGV', 'USR2', 'PIPE', 'ALRM', 'TERM', 'XCPU']
  .concat(['XFSZ', 'SYS'])
  .map((name) => `SIG${name}` as NodeJS.Signals);

function parseExit(text: string | null): Exit | null {
  const [, status, memory] = /^(\d{1,3})( memory)? *\n$/.exec(text ?? '') ?? [];
  if (status === undefined) return null;
  const code = Number(status);
  return { code, signal: DEADLY.find((name) => constants.signals[name] === code - 128) ?? null, outOfMemory: memory !== undefined };
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
