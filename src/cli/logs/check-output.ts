import { readFileSync } from 'node:fs';
import { attemptFiles, type Layout } from '../../store/directory/layout.ts';
import { sanitizeForTerminal } from '../../system/text/sanitize.ts';

/**
 * Prints what the check of a run said after an attempt: the last one that was asked, or exactly
 * this one.
 */
export function lastCheck(layout: Layout, run: string, name: string, command: string | null, attempt: number, isExact: boolean): void {
  for (let number = attempt; number >= (isExact ? attempt : 0); number--) {
    const said = read(attemptFiles(layout, run, number).check);
    if (said === null) continue;
    process.stderr.write(`── the check after attempt ${number} ──\n`);
    process.stdout.write(`${said.trimEnd().split('\n').map(sanitizeForTerminal).join('\n')}\n`);
    return;
  }
  const why = command === null ? 'it has no --check' : isExact ? `none was asked after attempt ${attempt}` : 'none was asked yet';
  process.stderr.write(`dogwatch: no check of ${name} has said anything: ${why}\n`);
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
