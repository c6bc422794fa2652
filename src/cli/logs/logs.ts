import type { Command } from 'commander';
import { endsWithItsOutput } from '../terminal/output.ts';

interface Options {
  readonly follow?: boolean;
  readonly attempt?: string;
  readonly recovery?: boolean;
  readonly raw?: boolean;
  readonly check?: boolean;
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
    .option('--raw', 'print the bytes unchanged, including terminal escapes')
    .addHelpText(
      'after',
      '\nExamples:\n  dogwatch logs -f upgrade\n  dogwatch logs upgrade --attempt 3\n  dogwatch logs upgrade --check\n  dogwatch logs upgrade --raw >upgrade.log\n',
    )
    .action(logs);
}

async function logs(
  name: string,
  { follow = false, attempt: asked, recovery = false, raw = false, check = false }: Options,
): Promise<void> {
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
      if (follow || recovery) throw await usage('--check alone, or with --attempt', '--check with --follow or --recovery');
      const number = asked === undefined ? null : await attemptNumber(asked, attempts);
      const { lastCheck } = await import('./check-output.ts');
      lastCheck(layout, id, name, spec.done.check, number ?? attempts, number !== null);
      return;
    }
    const tried = recovery ? recoveries.tried : attempts;
    const kind = recovery ? 'recovery' : 'attempt';
    const only = asked === undefined ? null : await attemptNumber(asked, tried);
    const source = new AttemptLogs((number) => (recovery ? recoveryFiles : attemptFiles)(layout, id, number).log, only ?? 1);
    const out = logOutput(process.stdout, raw);
    let shown = 0;
    let gone = 0;
    const showUpTo = (last: number) => {
      for (const { attempt, bytes, skipped } of source.added(only ?? last)) {
        if (attempt !== shown) {
          out.endLine();
          if (only === null) process.stderr.write(`${terminal.paint('dim', `── ${kind} ${attempt} ──`, process.stderr)}\n`);
        }
        shown = attempt;
        gone += skipped;
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
    if (!follow) showUpTo(tried);
    else
      for await (const { run: now } of looks(reader, id, Number.MAX_SAFE_INTEGER)) {
        const last = recovery ? now.recoveries.tried : now.tried;
        showUpTo(last);
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
