import type { Command } from 'commander';
import type { Run } from '../../core/model/run.ts';
import type { Reader } from '../../store/reader.ts';
import { endsWithItsOutput } from '../terminal/output.ts';
import type { LineWishes, TimedOutput } from './timed-output.ts';

interface Options {
  readonly follow?: boolean;
  readonly attempt?: string;
  readonly recovery?: boolean;
  readonly raw?: boolean;
  readonly check?: boolean;
  readonly lines?: string;
  readonly since?: string;
  readonly until?: string;
  readonly timestamps?: boolean;
  readonly json?: boolean;
}

/** `dogwatch logs`: what the agent itself printed. */
export function register(program: Command): void {
  program
    .command('logs')
    .description('show what the agent printed, in all attempts or one')
    .argument('<run>', 'name of the run')
    .option('-f, --follow', 'keep printing new output until the run is over')
    .option('--attempt <number>', 'show only this attempt, or with --recovery this recovery agent')
    .option('--check', "show the last output of the job's check (run --check), or that after --attempt")
    .option('--recovery', 'show what the recovery agents printed')
    .option('-n, --lines <number>', 'show only this many of the last lines')
    .option('--since <time>', 'show only lines written at this time or later: "18:00", "2026-11-30 18:00", 2h (ago)')
    .option('--until <time>', 'show only lines written at this time or earlier')
    .option('--timestamps', 'print before each line when it was written, or with ≥ when it was not yet')
    .option('--json', 'print one JSON object per line')
    .option('--raw', 'print the bytes unchanged, including terminal escapes')
    .addHelpText('after', EXAMPLES)
    .action(logs);
}

const EXAMPLES = `
Examples:
  dogwatch logs -f upgrade
  dogwatch logs upgrade --attempt 3
  dogwatch logs upgrade -n 50 --timestamps
  dogwatch logs upgrade --since 02:00 --until 03:30
  dogwatch logs upgrade --check
  dogwatch logs upgrade --raw >upgrade.log

Few agents print times. A line that has none was written at some time between
two looks of dogwatch: --since and --until show it if it may be meant. Times are
in the zone of this shell (TZ).
`;

async function logs(name: string, options: Options): Promise<void> {
  const { follow = false, attempt: asked, recovery = false, raw = false, check = false, json = false } = options;
  const wishes = await lineWishes(options);
  const [
    { openLayout },
    { withReader },
    { findRun },
    { isActive },
    { bytesInWords },
    { AttemptLogs },
    { logOutput },
    { looks },
    { attemptFiles, recoveryFiles },
    { presence },
    terminal,
  ] = await Promise.all([
    import('../client/state-layout.ts'),
    import('../../store/with-reader.ts'),
    import('../client/find-run.ts'),
    import('../../core/model/run.ts'),
    import('../../core/values/bytes.ts'),
    import('./attempt.ts'),
    import('./output.ts'),
    import('../history/pages.ts'),
    import('../../store/directory/layout.ts'),
    import('../client/presence.ts'),
    import('../terminal/colors.ts'),
  ]);
  endsWithItsOutput();
  const layout = openLayout();
  return withReader(layout, async (reader) => {
    const run = findRun(reader, name);
    const { id, spec, recoveries, tried: attempts } = run;
    if (check) {
      if (follow || recovery || (wishes !== null && !isOnlyJson(options)))
        throw await usage('--check alone, or with --attempt or --json', '--check with other options');
      const number = asked === undefined ? null : await attemptNumber(asked, attempts);
      const { lastCheck } = await import('./check-output.ts');
      lastCheck(layout, run, number ?? attempts, number !== null, json);
      return;
    }
    const tried = recovery ? recoveries.tried : attempts;
    const kind = recovery ? 'recovery' : 'attempt';
    const only = asked === undefined ? null : await attemptNumber(asked, tried);
    const pathOf = (number: number) => (recovery ? recoveryFiles : attemptFiles)(layout, id, number).log;
    const source = new AttemptLogs(pathOf, only ?? 1);
    const heading = (attempt: number) => {
      if (only === null) process.stderr.write(`${terminal.paint('dim', `── ${kind} ${attempt} ──`, process.stderr)}\n`);
    };
    const timed = wishes === null ? null : await timedOutput(wishes, reader, run, recovery, pathOf, heading);
    const out = timed ?? logOutput(process.stdout, raw);
    let shown = 0;
    let gone = 0;
    const showUpTo = (last: number) => {
      for (const { attempt, bytes, skipped } of source.added(only ?? last)) {
        if (attempt !== shown) {
          out.endLine();
          if (timed === null) heading(attempt);
        }
        timed?.begin(attempt);
        shown = attempt;
        gone += skipped;
        timed?.skip(skipped);
        if (bytes.length === 0) continue;
        if (gone > 0) {
          out.endLine();
          process.stderr.write(`dogwatch: ${bytesInWords(gone)} of the log were removed to save space (DOGWATCH_MAX_LOG)\n`);
        }
        gone = 0;
        out.write(bytes);
      }
    };
    const tellPresence = presence(layout);
    if (!follow) {
      showUpTo(tried);
      out.endLine();
      timed?.caughtUp();
    } else
      for await (const { run: now } of looks(reader, id, Number.MAX_SAFE_INTEGER)) {
        const last = recovery ? now.recoveries.tried : now.tried;
        showUpTo(last);
        timed?.caughtUp();
        timed?.seenUpTo(Date.now());
        if (!isActive(now) || (only !== null && only < last)) break;
        tellPresence(reader);
      }
    out.endLine();
    if (!recovery && only === null && recoveries.tried > 0)
      process.stderr.write(`dogwatch: recovery agents have also worked on it: \`dogwatch logs ${name} --recovery\`\n`);
    const lost = recovery || (only !== null && only !== run.attempt?.number) ? null : (run.attempt?.lostLog ?? null);
    if (lost !== null)
      process.stderr.write(`dogwatch: the log of attempt ${run.attempt?.number} ${lost.because}: its output is missing here\n`);
    else if (shown === 0)
      process.stderr.write(`dogwatch: nothing was printed${spec.logs.length === 0 ? '' : `; it also logs to ${spec.logs.join(', ')}`}\n`);
  });
}

/** Null if the log is printed as it is. */
async function lineWishes({ lines, since, until, timestamps = false, json = false, raw = false }: Options): Promise<LineWishes | null> {
  if (lines === undefined && since === undefined && until === undefined && !timestamps && !json) return null;
  if (raw) throw await usage('--raw without options that choose lines', '--raw with -n, --since, --until, --timestamps or --json');
  const { timeRange } = await import('../client/moment.ts');
  const range = timeRange({ since, until });
  return { last: lines === undefined ? null : await lineCount(lines), range, timestamps, json };
}

const isOnlyJson = ({ lines, since, until, timestamps }: Options): boolean =>
  lines === undefined && since === undefined && until === undefined && timestamps !== true;

async function lineCount(text: string): Promise<number> {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  const { EXIT_USAGE, Problem } = await import('../terminal/problem.ts');
  throw new Problem(EXIT_USAGE, '-n is not valid', { expected: 'a whole number from 1 to 999999', got: JSON.stringify(text) });
}

async function timedOutput(
  wishes: LineWishes,
  reader: Reader,
  run: Run,
  isRecovery: boolean,
  pathOf: (attempt: number) => string,
  heading: (attempt: number) => void,
): Promise<TimedOutput> {
  const [{ TimedOutput: Output }, { attemptTimes }] = await Promise.all([import('./timed-output.ts'), import('./attempt-times.ts')]);
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  return new Output(run.name, wishes, attemptTimes(reader, run, isRecovery, pathOf), print, heading);
}

async function usage(expected: string, got: string): Promise<Error> {
  const { EXIT_USAGE, Problem } = await import('../terminal/problem.ts');
  return new Problem(EXIT_USAGE, 'these options cannot be combined', { expected, got });
}

async function attemptNumber(text: string, tried: number): Promise<number> {
  const number = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= tried) return number;
  const { EXIT_USAGE, Problem } = await import('../terminal/problem.ts');
  throw new Problem(EXIT_USAGE, 'there is no such attempt', {
    expected: tried === 0 ? 'none, since none has started yet' : `a number from 1 to ${tried}`,
    got: JSON.stringify(text),
  });
}
