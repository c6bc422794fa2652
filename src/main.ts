import { CommanderError } from 'commander';
import { outlivesItsOutput } from './cli/terminal/output.ts';
import { EXIT_USAGE, renderProblem } from './cli/terminal/problem.ts';
import { errorAsJson, wantsJson } from './cli/terminal/problem-as-json.ts';
import { problemOf } from './cli/terminal/problem-of.ts';
import { program } from './program.ts';

/** `dogwatch` alone shows what is going on. */
const argv = process.argv.length === 2 ? [...process.argv, 'status'] : process.argv;

outlivesItsOutput();
try {
  await program.parseAsync(argv);
} catch (error) {
  const problem = problemOf(error);
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
  else if (problem !== null) process.exitCode = problem.exitCode;
  if (process.exitCode !== 0 && wantsJson(program, argv.slice(2))) process.stdout.write(`${errorAsJson(problem ?? error)}\n`);
  if (problem !== null) process.stderr.write(`${renderProblem(problem)}\n`);
  else if (!(error instanceof CommanderError)) throw error;
}
