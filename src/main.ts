import { CommanderError } from 'commander';
import { outlivesItsOutput } from './cli/terminal/output.ts';
import { EXIT_USAGE, renderProblem } from './cli/terminal/problem.ts';
import { problemOf } from './cli/terminal/problem-of.ts';
import { programFor } from './program.ts';

/** Runs the command of this process. */
export async function main(): Promise<void> {
  // `dogwatch` alone shows what is going on.
  const words = process.argv.length === 2 ? ['status'] : process.argv.slice(2);
  outlivesItsOutput();
  const program = programFor(words);
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    const problem = problemOf(error);
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
    else if (problem !== null) process.exitCode = problem.exitCode;
    if (process.exitCode !== 0) {
      const { errorAsJson, wantsJson } = await import('./cli/terminal/problem-as-json.ts');
      if (wantsJson(program, words)) process.stdout.write(`${errorAsJson(problem ?? error)}\n`);
    }
    if (problem !== null) process.stderr.write(`${renderProblem(problem)}\n`);
    else if (!(error instanceof CommanderError)) throw error;
  }
}
