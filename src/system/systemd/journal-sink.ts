import { execFile } from 'node:child_process';
import { counted } from '../../core/values/counted.ts';
import { truncate } from '../../core/values/truncate.ts';
import { redact } from '../text/redact.ts';
import { sanitizeForTerminal } from '../text/sanitize.ts';

/** Syslog's numbers: `journalctl -p warning` shows only what needs attention. */
export const PRIORITIES = { error: 3, warning: 4, notice: 5, info: 6 } as const;

/**
 * An entry of the journal. Fields that are null are left out; a field with several values is
 * repeated.
 */
export interface JournalEntry {
  readonly message: string;
  readonly priority: keyof typeof PRIORITIES;
  /** Names consist of upper-case letters, digits and underscores. */
  readonly fields: Readonly<Record<string, string | number | readonly string[] | null>>;
}

export interface JournalSink {
  write(entry: JournalEntry): void;
  /** Waits, but not for long, for entries that are still being written. */
  close(): Promise<void>;
}

/** Entries that may wait for a stalled journal; beyond this they are dropped and counted. */
const MAX_WAITING = 1000;
const DEADLINE_MS = 5000;
const CLOSE_MS = 2000;
const MAX_VALUE_LENGTH = 2000;

/**
 * Writes entries with fields to journald. Node cannot open its datagram socket, and native addons
 * are not wanted, so `logger --journald` (util-linux ≥ 2.24) does it, reading the entry from its
 * standard input. Entries are written one at a time, in order; a journal that does not respond
 * blocks nothing. An entry that cannot be written is passed to `otherwise`.
 */
export function journalSink(
  path: string,
  otherwise: (entry: JournalEntry, why: string) => void,
  program = 'logger',
  most = MAX_WAITING,
): JournalSink {
  const waiting: JournalEntry[] = [];
  let isWriting = false;
  let dropped = 0;
  let emptied = () => {};
  const next = (): void => {
    const entry = waiting.shift();
    isWriting = entry !== undefined;
    if (entry === undefined) {
      emptied();
      return;
    }
    const child = execFile(
      program,
      ['--journald'],
      { env: { PATH: path }, timeout: DEADLINE_MS, killSignal: 'SIGKILL' },
      (error, _, stderr) => {
        if (error !== null) otherwise(entry, stderr.trim() || error.message);
        next();
      },
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(asText(entry));
  };
  return {
    write(entry) {
      if (waiting.length >= most) {
        dropped += 1;
        return;
      }
      if (dropped > 0)
        waiting.push({
          message: `${counted(dropped, 'entry was', 'entries were')} dropped: the journal accepted none`,
          priority: 'warning',
          fields: {},
        });
      dropped = 0;
      waiting.push(entry);
      if (!isWriting) next();
    },
    close: () =>
      new Promise((resolve) => {
        if (!isWriting) return resolve();
        emptied = resolve;
        setTimeout(resolve, CLOSE_MS).unref();
      }),
  };
}

/**
 * One line per value. Text from a run cannot forge a field: it is reduced to one line, without
 * secrets of a known shape.
 */
export function asText({ message, priority, fields }: JournalEntry): string {
  const all = Object.entries({ MESSAGE: message, PRIORITY: PRIORITIES[priority], SYSLOG_IDENTIFIER: 'dogwatch', ...fields });
  const lines = all.flatMap(([name, value]) => [value ?? []].flat().map((one) => `${name}=${clean(String(one))}`));
  return `${lines.join('\n')}\n`;
}

const clean = (text: string): string => truncate(sanitizeForTerminal(redact(text, {})), MAX_VALUE_LENGTH).toWellFormed();
