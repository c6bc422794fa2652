import type { Run } from '../model/run.ts';
import { exitInWords } from '../values/exit.ts';
import { truncate } from '../values/truncate.ts';
import { lastWordsOf } from './repeated.ts';

const MAX_LENGTH = 300;

/** What a run last failed with, in words: what a person needs first. Null if it has not failed. */
export function lastCause({ attempt, startProblem, tried, refusal, failedCheck, streak, parking }: Run): string | null {
  if (streak.startFailures > 0 && startProblem != null) return `attempt ${tried} could not be started: ${cut(startProblem)}`;
  if (refusal !== null) return `the check ${printed(refusal)}${failedCheck?.status == null ? '' : ` (exit status ${failedCheck.status})`}`;
  if (attempt === null || attempt.alive) return null;
  // It was ended because the run has to wait, which is no failure.
  if (attempt.endingBecause !== null && parking?.isEnding === true && parking.attempt === attempt.number) return null;
  const words = lastWordsOf(attempt);
  const how = attempt.endingBecause === null ? `attempt ${attempt.number} ended ${exitInWords(attempt.exit)}` : attempt.endingBecause;
  if (words === null) return attempt.exit?.code === 0 && attempt.endingBecause === null ? null : how;
  return attempt.trouble === null ? `${how}; the last line of its log: ${cut(words)}` : `${how}; the agent reports: ${cut(words)}`;
}

/** The last line that the check itself printed, without what dogwatch adds about its exit. */
function printed(refusal: string): string {
  const lines = refusal.split(/\r?\n/).map((line) => line.trim());
  const line = lines.filter((text) => text !== '' && !/^\(exit status \d+\)$/.test(text)).at(-1);
  return line === undefined ? 'failed and printed nothing' : `prints: ${cut(line)}`;
}

const cut = (text: string): string => truncate(text, MAX_LENGTH);
