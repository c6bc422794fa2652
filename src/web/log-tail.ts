import { lastLines } from '../logs/last-lines.ts';
import { attemptFiles, type Layout } from '../store/directory/layout.ts';
import { sanitizeForTerminal } from '../system/text/sanitize.ts';

const TAIL_BYTES = 48 * 1024;
const TAIL_LINES = 400;
const MAX_LINE = 2000;

/** The last lines that an attempt printed, without escapes, oldest first. */
export const logTail = (where: Layout, run: string, attempt: number): readonly string[] =>
  lastLines(attemptFiles(where, run, attempt).log, TAIL_BYTES)
    .slice(-TAIL_LINES)
    .map((line) => sanitizeForTerminal(line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line));
