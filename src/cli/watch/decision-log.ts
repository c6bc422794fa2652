import { fstatSync } from 'node:fs';
import type { EffectiveDecision } from '../../core/decision.ts';
import type { Message } from '../../core/notices/message.ts';
import { inOneLine } from '../../effects/notifier.ts';
import { type JournalEntry, journalSink, PRIORITIES } from '../../system/systemd/journal-sink.ts';
import { sanitizeForTerminal } from '../../system/text/sanitize.ts';
import { tell } from '../terminal/tell.ts';
import { inWords, journalEntry, noticeEntry } from './journal-entries.ts';

/** Where the watchdog writes its decisions, and what a person must know about. */
export interface DecisionLog {
  decided(decision: EffectiveDecision): void;
  notice(message: Message): void;
  close(): Promise<void>;
}

/**
 * Returns a log that writes to the system's journal, with fields, if `wanted` says so; otherwise
 * one line per decision to stdout, and notices to stderr.
 */
export function decisionLog(wanted: 'auto' | '1' | '0', environment: NodeJS.ProcessEnv): DecisionLog {
  if (wanted === '1' || (wanted === 'auto' && isInJournal(environment))) return inJournal(environment.PATH ?? '');
  return {
    decided: (decision) => process.stdout.write(`${lineOf(decision)}\n`),
    notice: (message) => tell(inOneLine(message)),
    close: async () => {},
  };
}

function inJournal(path: string): DecisionLog {
  let isSaid = false;
  const otherwise = ({ message, priority }: JournalEntry, why: string) => {
    if (!isSaid)
      tell(
        `decisions cannot be written to the journal with their fields (${why}), so they are printed. DOGWATCH_JOURNAL=0 silences this warning`,
      );
    isSaid = true;
    // systemd takes a number in front of a line as its priority (sd-daemon(3)).
    process.stdout.write(`<${PRIORITIES[priority]}>${sanitizeForTerminal(message)}\n`);
  };
  const sink = journalSink(path, otherwise);
  return {
    decided: (decision) => sink.write(journalEntry(decision)),
    notice: (message) => sink.write(noticeEntry(message, inOneLine(message))),
    close: sink.close,
  };
}

/**
 * Whether stdout or stderr is still connected to the journal: systemd names the socket in
 * JOURNAL_STREAM.
 */
function isInJournal({ JOURNAL_STREAM: stream }: NodeJS.ProcessEnv): boolean {
  if (stream === undefined) return false;
  return [1, 2].some((fd) => {
    try {
      const { dev, ino } = fstatSync(fd);
      return stream === `${dev}:${ino}`;
    } catch {
      return false;
    }
  });
}

const lineOf = (decision: EffectiveDecision): string =>
  `${new Date(decision.observation.at.wall).toISOString()} ${sanitizeForTerminal(inWords(decision))}`;
