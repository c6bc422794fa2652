import { execFileSync } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

/** A unit whose journal is a log: of the system, or (`user:NAME`) of the user's own manager. */
export interface JournalUnit {
  readonly name: string;
  readonly isUsers: boolean;
}

const USERS = 'user:';
const NAME = /^[\w:@.\\-]{1,200}$/;

/** Null: no unit is called so. */
export function parseUnit(text: string): JournalUnit | null {
  const isUsers = text.startsWith(USERS);
  const name = isUsers ? text.slice(USERS.length) : text;
  return NAME.test(name) && !name.startsWith('-') ? { name, isUsers } : null;
}

/** One entry, as far as a log is made of it. */
export interface Entry {
  /** Where it stands in the journal, as journald says it. */
  readonly cursor: string;
  readonly lines: readonly string[];
  /** Bytes of its text. */
  readonly bytes: number;
  /** journald cut a line that was too long: the next entry goes on with it. */
  readonly isCut: boolean;
}

/** A line of `journalctl -o json --all`; null: it is none. A message with colours or with bytes that are no UTF-8 comes as a list of bytes; one that stands there twice as a list of texts. */
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

/** Program and arguments that print the entries of a unit after a place, and (`isLive`) those that come. */
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

/** Where the journal ends now; null: it has no entry. Throws what journalctl says. */
export const endOfJournal = (): string | null => cursorOf(journalctl(['--lines=1']));

/**
 * Why entries after this place may be lost; null: none is. Its entry is asked for: after it was vacuumed, journalctl goes on silently with what
 * is left (systemd 252 leaves out one more). Throws what journalctl says.
 */
export function gapAfter(cursor: string): string | null {
  const there = cursorOf(journalctl(['--lines=1', '--no-tail', `--cursor=${cursor}`]));
  if (there !== null && sequenceOf(there) === sequenceOf(cursor)) return null;
  return 'what was read last is not in the journal any more: entries after it may have been vacuumed with it';
}

const journalctl = (args: readonly string[]): string =>
  execFileSync('journalctl', ['--quiet', '--output=json', '--output-fields=__CURSOR', '--no-pager', ...args], {
    encoding: 'utf8',
    timeout: DEADLINE_MS,
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const cursorOf = (text: string): string | null => parseEntry(text.split('\n', 1)[0] ?? '')?.cursor ?? null;

/** `s=…;i=…;b=…`: which journal, and the number of the entry in it. */
const sequenceOf = (cursor: string): string => cursor.split(';').slice(0, 2).join(';');
