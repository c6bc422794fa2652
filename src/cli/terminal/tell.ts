import { sanitizeForTerminal } from '../../system/text/sanitize.ts';

/** Writes a message of dogwatch itself to stderr, apart from the output of the command. */
export const tell = (line: string): void => {
  process.stderr.write(`dogwatch: ${sanitizeForTerminal(line)}\n`);
};
