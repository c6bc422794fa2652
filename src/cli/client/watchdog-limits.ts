import { bytesInWords } from '../../core/values/bytes.ts';
import { type ResourceLimits, resourceLimits } from '../../system/process/resource-limits.ts';
import { EXIT_UNAVAILABLE, Problem } from '../terminal/problem.ts';

/** The database, the log that it keeps beside it, logs, watches, and the programs that it starts. */
const LEAST_OPEN_FILES = 128;
/** The database, the reserve and the logs of agents grow to this and beyond: whoever writes more than it may is killed by a signal. */
const LEAST_FILE_BYTES = 64 * 1024 * 1024;

/** Throws a Problem where a watchdog that begins with these limits would end, or fail, sooner or later: its agents have them, too. */
export function needsLimitsOfWatchdog({ openFiles, fileBytes }: ResourceLimits = resourceLimits()): void {
  if (openFiles < LEAST_OPEN_FILES)
    throw new Problem(EXIT_UNAVAILABLE, 'this shell allows too few open files to start a watchdog', {
      expected: `at least ${LEAST_OPEN_FILES}, better 1024`,
      got: String(openFiles),
      hint: 'raise the limit: ulimit -n 1024; or start `dogwatch watch` elsewhere first',
    });
  if (fileBytes < LEAST_FILE_BYTES)
    throw new Problem(EXIT_UNAVAILABLE, 'this shell allows too short files to start a watchdog', {
      expected: `at least ${bytesInWords(LEAST_FILE_BYTES)}, better no limit`,
      got: bytesInWords(fileBytes),
      hint: 'raise the limit: ulimit -f unlimited; or start `dogwatch watch` elsewhere first',
    });
}
