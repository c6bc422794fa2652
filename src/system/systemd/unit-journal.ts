import { execFileSync } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

/**
 * A unit whose journal serves as a log: of the system, or (`user:NAME`) of the user's own manager.
 */
export interface JournalUnit {
  readonly name: string;
  readonly isUsers: boolean;
}

const USERS = 'user:';
const NAME = /^[\w:@.\\-]{1,200}$/;

/** Parses the name of a unit, or returns null if it is not valid. */
export function parseUnit(text: string): JournalUnit | null {
  const isUsers = text.startsWith(USERS);
  const name = isUsers ? text.slice(USERS.length) : text;
  return NAME.test(name) && !name.startsWith('-') ? { name, isUsers } : null;
}

/** The parts of a journal entry that make up a log. */
export interface Entry {
  /** Its position in the journal, in journald's own form. */
  readonly cursor: string;
  readonly lines: readonly string[];
  /** Size of its text in bytes. */
  readonly bytes: number;
  /** journald split a line that was too long: the next entry continues it. */
  readonly isCut: boolean;
}

/**
 * Parses a line of `journalctl -o json --all`, or returns null if it is not one. A message with
 * colours or invalid UTF-8 is a list of bytes; a field that occurs twice is a list of texts.
 */
export function parseEntry(json: string): Entry | null {
  let entry: unknown;
  try {
    entry = JSON.parse(json);
  } catch {
    return null;
  }
  if (typeof entry !== 'object' || entry === null || !('__CURSOR' in entry) || typeof entry.__CURSOR !== 'string') return null;
  const message = 'MESSAGE' in entry ? textOf(entry.MESSAGE) : '';
  return {
    cursor: entry.__CURSOR,
    lines: stripVTControlCharacters(message).split('\n'),
    bytes: Buffer.byteLength(message),
    isCut: '_LINE_BREAK' in entry && entry._LINE_BREAK === 'line-max',
  };
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return '';
  if (value.every((part) => typeof part === 'number')) return Buffer.from(value).toString('utf8');
  return value.map(textOf).join('\n');
}

/** The command that prints a unit's entries after a cursor, and (`isLive`) follows new ones. */
export function journalCommand({ name, isUsers }: JournalUnit, after: string, isLive: boolean): readonly [string, ...string[]] {
  const unit = `--${isUsers ? 'user-' : ''}unit=${name}`;
  return [
    'journalctl',
    '--quiet',
    '--output=json',
    '--all',
    '--no-pager',
    '--no-tail',
    `--after-cursor=${after}`,
    unit,
    ...(isLive ? ['--follow'] : []),
  ];
}

const DEADLINE_MS = 10_000;

/** The cursor of the last entry, or null if the journal is empty. Throws journalctl's error. */
export const endOfJournal = (): string | null => cursorOf(journalctl(['--lines=1']));

/**
 * Why entries after this cursor may be lost, or null if none are. Asks for the cursor's own entry:
 * after it was vacuumed, journalctl silently continues with what is left (systemd 252 skips one
 * more). Throws journalctl's error.
 */
export function gapAfter(cursor: string): string | null {
  const there = cursorOf(journalctl(['--lines=1', '--no-tail', `--cursor=${cursor}`]));
  if (there !== null && sequenceOf(there) === sequenceOf(cursor)) return null;
  return 'the last entry read is no longer in the journal: entries after it may have been vacuumed with it';
}

const journalctl = (args: readonly string[]): string =>
  execFileSync('journalctl', ['--quiet', '--output=json', '--output-fields=__CURSOR', '--no-pager', ...args], {
    encoding: 'utf8',
    timeout: DEADLINE_MS,
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const cursorOf = (text: string): string | null => parseEntry(text.split('\n', 1)[0] ?? '')?.cursor ?? null;

/** From `s=…;i=…;b=…`: which journal, and the number of the entry in it. */
const sequenceOf = (cursor: string): string => cursor.split(';').slice(0, 2).join(';');
