import { spawnSync } from 'node:child_process';
import type { FailedUnit } from '../core/notices/message.ts';
import { redact } from '../system/text/redact.ts';
import { sanitizeForTerminal } from '../system/text/sanitize.ts';

const LAST_LINES = 10;
const LONGEST_LINE = 300;
const DEADLINE_MS = 10_000;

/**
 * Why a unit failed: the manager passes the reason in variables to the unit that OnFailure= names
 * (systemd.exec(5), `$MONITOR_…`, since 251), and the journal has the last lines, if this user may
 * read it.
 */
export function failedUnit(unit: string, env: Readonly<Record<string, string | undefined>>): FailedUnit {
  // Only a user's manager sets this variable.
  const mine = env.MANAGERPID === undefined ? [] : ['--user'];
  const { MONITOR_SERVICE_RESULT: why = 'it did not say why', MONITOR_EXIT_STATUS: status } = env;
  const journal = ['journalctl', ...mine, '-u', unit];
  const { stdout } = spawnSync('journalctl', [...journal.slice(1), '-q', '-o', 'cat', '--no-pager', '-n', String(LAST_LINES)], {
    encoding: 'utf8',
    timeout: DEADLINE_MS,
  });
  const lines = (stdout ?? '').split('\n').filter((line) => line.trim() !== '');
  return {
    unit: sanitizeForTerminal(unit),
    result: sanitizeForTerminal(status === undefined ? why : `${why}, status ${status}`),
    lastLines: lines.map((line) => redact(sanitizeForTerminal(line), env).slice(0, LONGEST_LINE)),
    commands: [['systemctl', ...mine, 'status', unit].join(' '), journal.join(' ')],
  };
}
