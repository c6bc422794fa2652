import { execFile } from 'node:child_process';
import { counted } from '../../core/values/counted.ts';
import { truncate } from '../../core/values/truncate.ts';
import { redact } from '../text/redact.ts';
import { sanitizeForTerminal } from '../text/sanitize.ts';

/** Syslog's numbers: who reads only what matters sees `warning` and below (`journalctl -p warning`). */
export const PRIORITIES = { error: 3, warning: 4, notice: 5, info: 6 } as const;

/** One entry of the journal. Fields that are null are left out; one with several values stands there several times. */
export interface JournalEntry {
  readonly message: string;
  readonly priority: keyof typeof PRIORITIES;
  /** Names of upper-case letters, digits and underscores. */
  readonly fields: Readonly<Record<string, string | number | readonly string[] | null>>;
}

export interface JournalSink {
  write(entry: JournalEntry): void;
  /** Waits for what is still on its way, but not for long. */
  close(): Promise<void>;
}

/** What waits for a journal that takes nothing; more is counted, and dropped. */
const MAX_WAITING = 1000;
const DEADLINE_MS = 5000;
const CLOSE_MS = 2000;
const MAX_VALUE_LENGTH = 2000;

/**
 * Writes entries with fields to journald. Node can't open its datagram socket, and nothing that needs a compiler is wanted, so
 * `logger --journald` (util-linux ≥ 2.24) does, which reads the entry from its standard input. One at a time, in their order; a journal that
 * does not answer holds up nothing. What can't be written so goes to `otherwise`.
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
      (error, _, said) => {
        if (error !== null) otherwise(entry, said.trim() || error.message);
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
          message: `${counted(dropped, 'entry was', 'entries were')} dropped: the journal took none`,
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

/** A line a value. What comes from a run can't forge a field: it is one line, without secrets of a known look. */
export function asText({ message, priority, fields }: JournalEntry): string {
  const all = Object.entries({ MESSAGE: message, PRIORITY: PRIORITIES[priority], SYSLOG_IDENTIFIER: 'dogwatch', ...fields });
  const lines = all.flatMap(([name, value]) => [value ?? []].flat().map((one) => `${name}=${clean(String(one))}`));
  return `${lines.join('\n')}\n`;
}

const clean = (text: string): string => truncate(sanitizeForTerminal(redact(text, {})), MAX_VALUE_LENGTH).toWellFormed();
