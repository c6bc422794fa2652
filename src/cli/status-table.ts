import type { RunStatus } from '../core/status.ts';
import { inWords } from '../core/time.ts';
import type { StatusReport } from './status-report.ts';
import { harmless, paint, stateFormat, table } from './terminal.ts';

const DAY_MS = 86_400_000;
const OVER = ['complete', 'stopped', 'failed'];
const HEADINGS = ['NAME', 'STATE', 'ATTEMPT', 'RESUMES', 'PID', 'ACTIVE', 'NEXT', 'BECAUSE'];

/** Prints the report for a person; `all`: with runs that are long over. */
export function printStatus({ runs, host }: StatusReport, all: boolean): void {
  const now = Date.now();
  const shown = runs.filter((run) => all || !OVER.includes(run.state) || now - Date.parse(run.lastActivityAt ?? run.startedAt) < DAY_MS);
  if (shown.length === 0) process.stdout.write('No runs. Start one:  dogwatch run -- COMMAND…\n');
  else {
    const lines = table([HEADINGS, ...shown.map((run) => cells(run, now))], process.stdout.columns);
    const [heading = '', ...rest] = lines;
    process.stdout.write(`${paint('dim', heading)}\n`);
    rest.forEach((line, index) => {
      const { state } = shown[index]!;
      process.stdout.write(`${line.replace(` ${state} `, ` ${paint(stateFormat(state), state)} `)}\n`);
    });
  }
  if (host.watchdog === null && shown.some(({ state }) => !OVER.includes(state)))
    process.stderr.write(
      `${paint('red', 'dogwatch:', process.stderr)} no watchdog is alive, nobody cares for these runs. Start one:  dogwatch watch\n`,
    );
}

const cells = (run: RunStatus, now: number): string[] => [
  harmless(run.name),
  run.state,
  String(run.attempts),
  run.resumesWithoutProgress === 0 ? String(run.resumes) : `${run.resumes} (${run.resumesWithoutProgress} idle)`,
  run.pid === null ? '-' : String(run.pid),
  run.lastActivityAt === null ? '-' : `${inWords(Math.max(0, now - Date.parse(run.lastActivityAt)))} ago`,
  run.nextAttemptAt === null ? '-' : `in ${inWords(Math.max(0, Date.parse(run.nextAttemptAt) - now))}`,
  harmless(run.because),
];
