import { CommanderError } from 'commander';
import { outlivesItsOutput } from './cli/terminal/output.ts';
import { EXIT_USAGE, renderProblem } from './cli/terminal/problem.ts';
import { problemOf } from './cli/terminal/problem-of.ts';
import { program } from './program.ts';

outlivesItsOutput();
try {
  await program.parseAsync();
} catch (error) {
  const problem = problemOf(error);
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
  else if (problem !== null) {
    process.stderr.write(`${renderProblem(problem)}\n`);
    process.exitCode = problem.exitCode;
  } else throw error;
}
