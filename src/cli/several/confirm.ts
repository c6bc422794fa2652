import { createInterface } from 'node:readline/promises';
import { sanitizeForTerminal } from '../../system/text/sanitize.ts';
import { EXIT_USAGE, Problem } from '../terminal/problem.ts';

/** What a person has to agree to. */
export interface Proposal {
  /** What will be done, one thing a line; printed before the question. */
  readonly lines: readonly string[];
  /** Ends with a question mark. */
  readonly question: string;
  /** For the error message: "stop every run". */
  readonly what: string;
}

/**
 * Prints the proposal to stderr and asks; Enter means no. Without a terminal nobody can be asked,
 * so `yes` is required. Returns false if the person does not agree. Throws a Problem if nobody can
 * be asked.
 */
export async function confirmed({ lines, question, what }: Proposal, yes: boolean): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new Problem(EXIT_USAGE, `dogwatch does not ${what} without being asked twice`, {
      expected: '--yes, or a terminal to ask on',
      got: 'neither',
      hint: lines.length === 0 ? null : `it would affect:\n${lines.join('\n')}`,
    });
  for (const line of lines) process.stderr.write(`${sanitizeForTerminal(line)}\n`);
  const asked = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new AbortController();
  // Ctrl-C and Ctrl-D mean no.
  asked.on('SIGINT', () => closed.abort()).on('close', () => closed.abort());
  try {
    const answer = await asked.question(`${sanitizeForTerminal(question)} [y/N] `, { signal: closed.signal });
    return /^y(?:es)?$/i.test(answer.trim());
  } catch (error) {
    if (!closed.signal.aborted) throw error;
    process.stderr.write('\n');
    return false;
  } finally {
    asked.close();
  }
}

/** For a person who did not agree. */
export const declined = (): void => {
  process.stderr.write('dogwatch: nothing was done\n');
  process.exitCode = 1;
};
