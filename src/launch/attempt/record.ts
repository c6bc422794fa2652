import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import type { ProcessIdentity } from '../../core/model/facts.ts';
import type { Exit } from '../../core/values/exit.ts';
import type { AttemptFiles } from '../../store/directory/layout.ts';
import { parseStat } from '../../system/process/stat.ts';

export interface AttemptRecord {
  /** Somebody has started it, or has declared that nobody may. */
  readonly claimed: boolean;
  readonly shim: ProcessIdentity | null;
  /** The command's first process. */
  readonly agent: ProcessIdentity | null;
  /** A shell tells a death by signal n and an exit with 128+n apart no better than this: then both are given. Null: it has not ended, or its shim was killed before it could say how. */
  readonly exit: Exit | null;
  readonly mark: string | null;
  readonly argv: readonly string[];
}

/** What an attempt's directory says of it: enough to watch and to end it after a restart. */
export function readAttempt(files: AttemptFiles): AttemptRecord {
  const claim = read(files.claim);
  const [mark, argv] = parseMark(read(files.mark) ?? '');
  return {
    claimed: claim !== null,
    shim: parseIdentity(claim),
    agent: parseIdentity(read(files.pid)),
    exit: parseExit(read(files.exit)),
    mark,
    argv,
  };
}

/** The command's first process alone; null: it is not known, or not yet. */
export const firstProcess = ({ pid }: AttemptFiles): ProcessIdentity | null => parseIdentity(read(pid));

/** The last ones singly: a recursive mkdir of Node calls a read-only filesystem a missing directory. */
export function makeDirectory({ directory }: AttemptFiles): void {
  const run = dirname(dirname(directory));
  mkdirSync(dirname(run), { recursive: true, mode: 0o700 });
  for (const path of [run, dirname(directory), directory])
    try {
      mkdirSync(path, { mode: 0o700 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
}

/** Claims an attempt so that nobody can start it any more; false: somebody has started it. */
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
function parseIdentity(text: string | null): ProcessIdentity | null {
  const space = text?.indexOf(' ') ?? -1;
  if (text === null || space < 0) return null;
  const stat = parseStat(text.slice(space + 1));
  return stat === null ? null : { bootId: text.slice(0, space), pid: stat.pid, startTicks: stat.startTicks };
}

/** A line with the mark, then the words of the command, each ended by NUL. */
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

/** Signals that end a process by default. Others above 128 are exit codes: gemini exits with an HTTP status modulo 256. */
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
