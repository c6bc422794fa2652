import { causeAt, isOfHost } from '../../core/model/cause.ts';
import { isOver } from '../../core/model/run.ts';
import type { ReportedNotice } from '../../core/notices/report.ts';
import { bytesInWords } from '../../core/values/bytes.ts';
import { inWords } from '../../core/values/duration.ts';
import { sanitizeForTerminal } from '../../system/text/sanitize.ts';
import type { FilesystemView as Filesystem, RunView as ReportedRun, View as StatusReport } from '../../view/model.ts';
import { paint, stateFormat } from '../terminal/colors.ts';
import { table } from '../terminal/table.ts';

/** Runs that ended longer ago are shown only with --all. */
const OLD_MS = 86_400_000;
const HEADINGS = ['NAME', 'STATE', 'ATTEMPT', 'RESUMES', 'PID', 'ACTIVE', 'NEXT', 'BECAUSE'];

/** Prints the report for a person. `all` includes runs that ended long ago. */
export function printStatus({ runs, unreadable, notices, host }: StatusReport, all: boolean): void {
  const now = Date.now();
  const isOld = (run: ReportedRun) => isOver(run) && now - Date.parse(run.since) >= OLD_MS;
  const shown = all ? runs : runs.filter((run) => !isOld(run));
  if (shown.length > 0) printRuns(shown, now);
  const hidden = runs.length - shown.length;
  if (hidden > 0) process.stdout.write(`${paint('dim', `${hidden} ended more than a day ago: --all shows them`)}\n`);
  for (const { name, id, state } of unreadable)
    process.stdout.write(
      `${paint('red', 'UNREADABLE')}  ${sanitizeForTerminal(`${name} (${id}), which was ${state}: its row in the database is damaged, so dogwatch does nothing about it; see \`dogwatch doctor\``)}\n`,
    );
  for (const notice of notices) process.stdout.write(`${paint('yellow', 'NOTICE')}  ${sanitizeForTerminal(inWordsOf(notice, now))}\n`);
  const active = runs.filter((run) => !isOver(run)).length;
  for (const filesystem of host.filesystems.filter(({ pressure }) => pressure !== 'none')) printPressure(filesystem);
  if (host.watchdog !== null && active > 0 && process.stdout.isTTY)
    process.stdout.write(`${paint('dim', `the watchdog is process ${host.watchdog.pid}`)}\n`);
  if (host.watchdog === null && active > 0)
    process.stderr.write(
      `${paint('red', 'dogwatch:', process.stderr)} no watchdog is alive, nobody looks after ${active === 1 ? 'this run' : `these ${active} runs`}. ${asOf(host)}Start one:  dogwatch watch\n`,
    );
}

/** States how old the shown state is. */
const asOf = ({ unwatchedMs }: StatusReport['host']): string =>
  unwatchedMs === null ? '' : `This is the state of ${inWords(unwatchedMs)} ago. `;

function inWordsOf({ runs: [first, ...others], cause, subject, since, state, channels }: ReportedNotice, now: number): string {
  const who = first === undefined ? 'this machine' : `${first}${others.length === 0 ? '' : ` and ${others.length} more`}`;
  const failed = channels.flatMap(({ name, problem }) => (problem === null ? [] : `; ${name} could not be notified: ${problem}`));
  const next = state === 'acked' ? 'acknowledged' : `\`dogwatch ack ${isOfHost(causeAt(cause)) ? '--host' : first}\` ends the reminders`;
  return `${who}: ${subject}, for ${inWords(Math.max(0, now - Date.parse(since)))} (${next})${failed.join('')}`;
}

function printPressure({ path, availableBytes, totalBytes, pressure }: Filesystem): void {
  const room = `${bytesInWords(availableBytes)} of ${bytesInWords(totalBytes)} available`;
  const format = pressure === 'critical' ? 'red' : 'yellow';
  process.stderr.write(
    `${paint(format, 'dogwatch:', process.stderr)} the disk at ${sanitizeForTerminal(path)} is short of space (${pressure}): ${room}\n`,
  );
}

function printRuns(runs: readonly ReportedRun[], now: number): void {
  const [headings = '', ...lines] = table([HEADINGS, ...runs.map((run) => cells(run, now))], process.stdout.columns);
  const painted = lines.map((line, index) => {
    const { state } = runs[index]!;
    // The name before the state contains no spaces.
    return line.replace(` ${state} `, ` ${paint(stateFormat(state), state)} `);
  });
  process.stdout.write(`${[paint('dim', headings), ...painted].join('\n')}\n`);
}

const cells = (run: ReportedRun, now: number): string[] => [
  sanitizeForTerminal(run.name),
  stateCell(run),
  String(run.attempts),
  // Used and allowed resumes without progress.
  `${run.resumesWithoutProgress}/${run.maxResumes}`,
  run.pid === null ? '-' : String(run.pid),
  run.lastActivityAt === null ? '-' : `${inWords(Math.max(0, now - Date.parse(run.lastActivityAt)))} ago`,
  run.nextAttemptAt === null ? '-' : nextInWords(Date.parse(run.nextAttemptAt) - now),
  sanitizeForTerminal(becauseOf(run)).replaceAll('\t', ' '),
];

/** The operator's pause is shown even while the process is still alive. */
const pauseOf = ({ state, holds }: ReportedRun) => (isOver({ state }) ? undefined : holds.find(({ kind }) => kind === 'operator'));

function stateCell(run: ReportedRun): string {
  const doubt = { lives: '', gone: ' (gone)', unknown: ' (unseen)' }[run.found ?? 'lives'];
  return `${run.state}${pauseOf(run) === undefined ? '' : ' (paused)'}${doubt}`;
}

function becauseOf(run: ReportedRun): string {
  const pause = pauseOf(run);
  const because = run.found === 'gone' ? `its process is gone; before: ${run.because}` : run.because;
  return pause === undefined || because.includes(pause.because) ? because : `${pause.because}; ${because}`;
}

const nextInWords = (ms: number): string => (ms > 0 ? `in ${inWords(ms)}` : 'now');
