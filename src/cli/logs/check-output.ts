import { readFileSync } from 'node:fs';
import type { Run } from '../../core/model/run.ts';
import { attemptFiles, type Layout } from '../../store/directory/layout.ts';
import { sanitizeForTerminal } from '../../system/text/sanitize.ts';
import { jsonText } from '../terminal/json.ts';

/**
 * Prints the output of a run's check after `attempt` or, unless `isExact`, after the last earlier
 * attempt that has one.
 */
export function lastCheck(layout: Layout, run: Run, attempt: number, isExact: boolean, json = false): void {
  const { id, name, spec } = run;
  const command = spec.done.check;
  for (let number = attempt; number >= (isExact ? attempt : 0); number--) {
    const said = read(attemptFiles(layout, id, number).check);
    if (said === null) continue;
    if (json) {
      process.stdout.write(`${jsonText({ version: 1, run: name, attempt: number, check: said })}\n`);
      return;
    }
    process.stderr.write(`── the check after attempt ${number} ──\n`);
    process.stdout.write(`${said.trimEnd().split('\n').map(sanitizeForTerminal).join('\n')}\n`);
    return;
  }
  const why = command === null ? 'the run has no --check' : isExact ? `it did not run after attempt ${attempt}` : 'it has not run yet';
  process.stderr.write(`dogwatch: there is no check output of ${name}: ${why}\n`);
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
