import { sanitizeForTerminal } from '../../system/text/sanitize.ts';

/** A line of dogwatch's own, beside what a command prints. */
export const tell = (line: string): void => {
  process.stderr.write(`dogwatch: ${sanitizeForTerminal(line)}\n`);
};
