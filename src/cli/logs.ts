import type { Command } from 'commander';

interface Options {
  readonly follow?: boolean;
  readonly attempt?: string;
}

/** `dogwatch logs`: what the agent itself printed. */
export function register(program: Command): void {
  program
    .command('logs')
    .description('what the agent printed: all attempts, or one')
    .argument('<run>', 'name of the run')
    .option('-f, --follow', 'go on with what comes, until the run is over')
    .option('--attempt <number>', 'only this attempt')
    .addHelpText('after', '\nExamples:\n  dogwatch logs -f upgrade\n  dogwatch logs upgrade --attempt 3\n')
    .action(logs);
}

/** How often a log that is followed is looked at. */
const LOOK_EVERY_MS = 150;

async function logs(name: string, { follow = false, attempt }: Options): Promise<void> {
  const [
    { openLayout },
    { openReader },
    { findRun },
    { GrowingFile },
    { attemptFiles },
    { harmless, paint, quietOnBrokenPipe },
    { isOver },
    { setTimeout },
  ] = await Promise.all([
    import('./state.ts'),
    import('../store/reader.ts'),
    import('./find-run.ts'),
    import('./growing-file.ts'),
    import('../store/layout.ts'),
    import('./terminal.ts'),
    import('../core/run.ts'),
    import('node:timers/promises'),
  ]);
  const layout = openLayout();
  const look = () => {
    const reader = openReader(layout);
    const run = findRun(reader, name);
    reader.close();
    return run;
  };
  quietOnBrokenPipe();
  const first = look();
  const only = attempt === undefined ? null : await attemptNumber(attempt, first.tried);
  let number = only ?? 1;
  let file = new GrowingFile(attemptFiles(layout, first.id, number).log);
  const show = (flush: boolean) => {
    if (process.stdout.isTTY) for (const line of file.lines(flush)) process.stdout.write(`${harmless(line)}\n`);
    else for (const chunk of file.chunks()) process.stdout.write(chunk);
  };
  const head = () => process.stderr.write(`${paint('dim', `── attempt ${number} ──`, process.stderr)}\n`);
  head();
  for (;;) {
    const run = follow ? look() : first;
    show(false);
    while (only === null && number < run.tried) {
      show(true);
      number += 1;
      file = new GrowingFile(attemptFiles(layout, run.id, number).log);
      head();
      show(false);
    }
    if (!follow || isOver(run) || (only !== null && only < run.tried)) break;
    await setTimeout(LOOK_EVERY_MS);
  }
  show(true);
}

async function attemptNumber(text: string, tried: number): Promise<number> {
  const { EXIT_USAGE, Problem } = await import('./problem.ts');
  const number = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= tried) return number;
  throw new Problem(EXIT_USAGE, `there is no attempt ${text}`, {
    expected: tried === 0 ? 'none was started yet' : `1 to ${tried}`,
    came: text,
  });
}
