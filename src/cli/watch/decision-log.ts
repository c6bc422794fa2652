import { fstatSync } from 'node:fs';
import type { EffectiveDecision } from '../../core/decision.ts';
import type { Message } from '../../core/notices/message.ts';
import { inOneLine } from '../../effects/notifier.ts';
import { type JournalEntry, journalSink, PRIORITIES } from '../../system/systemd/journal-sink.ts';
import { sanitizeForTerminal } from '../../system/text/sanitize.ts';
import { tell } from '../terminal/tell.ts';
import { inWords, journalEntry, noticeEntry } from './journal-entries.ts';

/** Where the watchdog says what it decides, and what a person has to hear of. */
export interface DecisionLog {
  decided(decision: EffectiveDecision): void;
  notice(message: Message): void;
  close(): Promise<void>;
}

/**
 * The system's journal, with fields, where that is wanted; else a line a decision on stdout, and
 * problems on stderr.
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
    if (!isSaid) tell(`decisions can't go to the journal with their fields (${why}); they are printed. DOGWATCH_JOURNAL=0 ends this`);
    isSaid = true;
    // systemd reads a number in front of a line as its priority (sd-daemon(3)).
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
 * systemd names the socket that it connected stdout or stderr with, so that a program knows whether
 * it still is.
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
