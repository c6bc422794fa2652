import { bytesInWords } from '../../core/values/bytes.ts';
import { type ResourceLimits, resourceLimits } from '../../system/process/resource-limits.ts';
import { EXIT_UNAVAILABLE, Problem } from '../terminal/problem.ts';

/**
 * Needed for the database and its write-ahead log, log files, file watches, and the programs that
 * it starts.
 */
const LEAST_OPEN_FILES = 128;
/**
 * The database, the ballast and the agents' logs grow beyond this; a process that exceeds its limit
 * is killed by a signal.
 */
const LEAST_FILE_BYTES = 64 * 1024 * 1024;

/**
 * Throws a Problem if a watchdog with these limits, which its agents inherit, would sooner or later
 * fail.
 */
export function needsLimitsOfWatchdog({ openFiles, fileBytes }: ResourceLimits = resourceLimits()): void {
  if (openFiles < LEAST_OPEN_FILES)
    throw new Problem(EXIT_UNAVAILABLE, 'this shell allows too few open files to start a watchdog', {
      expected: `at least ${LEAST_OPEN_FILES}, preferably 1024`,
      got: String(openFiles),
      hint: 'raise the limit: ulimit -n 1024; or start `dogwatch watch` elsewhere first',
    });
  if (fileBytes < LEAST_FILE_BYTES)
    throw new Problem(EXIT_UNAVAILABLE, 'the file size limit of this shell is too small to start a watchdog', {
      expected: `at least ${bytesInWords(LEAST_FILE_BYTES)}, preferably no limit`,
      got: bytesInWords(fileBytes),
      hint: 'raise the limit: ulimit -f unlimited; or start `dogwatch watch` elsewhere first',
    });
}
