import type { Command } from 'commander';

interface Options {
  readonly utc?: boolean;
}

/** `dogwatch top`: the live view. */
export function register(program: Command): void {
  program
    .command('top')
    .description('watch all runs live: what needs you, why, and what comes next; open a run, read its log, and act on it')
    .option('--utc', 'show times in UTC, not in local time')
    .addHelpText('after', HELP)
    .action(top);
}

const HELP = `
Example:
  dogwatch top

Keys: j/k move, Enter opens a run, l its log, e why, / find, ? help, q quit.
a (acknowledge), p (pause), r (resume) and x (stop) say what they will do and
ask: only y is yes, and to stop a run you type its name. Pasted text does
nothing.

It reads the state, and changes nothing unless you ask for it. If it is killed
with SIGKILL, \`reset\` brings the terminal back.
`;

async function top({ utc = false }: Options): Promise<void> {
  if (process.stdin.isTTY !== true || process.stdout.isTTY !== true) {
    const { EXIT_USAGE, Problem } = await import('../terminal/problem.ts');
    throw new Problem(EXIT_USAGE, 'top needs a terminal', {
      expected: 'input and output that are a terminal',
      got: process.stdout.isTTY === true ? 'input that is none' : 'output to a file or pipe',
      hint: 'use `dogwatch status --watch`',
    });
  }
  const [{ openLayout }, { App }, { Terminal }, { isUnicode }] = await Promise.all([
    import('../client/state-layout.ts'),
    import('./app.ts'),
    import('./terminal.ts'),
    import('../terminal/is-unicode.ts'),
  ]);
  const { env } = process;
  const stop = await new App({ layout: openLayout(), terminal: new Terminal(env), isUtc: utc, isUnicode: isUnicode(env) }).run();
  // A request may still be waiting for its answer.
  if (stop !== null) process.kill(process.pid, stop);
  else process.exit();
}
