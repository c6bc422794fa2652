import { outlivesItsOutput } from './cli/terminal/output.ts';
import { renderProblem } from './cli/terminal/problem.ts';
import { problemOf } from './cli/terminal/problem-of.ts';

/** Runs the command of this process. */
export async function main(): Promise<void> {
  const words = process.argv.slice(2);
  outlivesItsOutput();
  // `dogwatch` alone shows what is going on. Without options there is nothing to parse.
  const isBare = words.length === 0 || (words.length === 1 && words[0] === 'status');
  try {
    if (isBare) await (await import('./cli/status/shown.ts')).status([], {});
    else await (await import('./program.ts')).runProgram(words);
  } catch (error) {
    const problem = problemOf(error);
    if (problem === null) throw error;
    process.exitCode = problem.exitCode;
    process.stderr.write(`${renderProblem(problem)}\n`);
  }
}
