import { sanitizeForTerminal } from '../../system/text/sanitize.ts';
import { jsonText } from '../terminal/json.ts';
import { type Problem, renderProblem } from '../terminal/problem.ts';
import { problemOf } from '../terminal/problem-of.ts';

/** What a command did for one run: a sentence, or why it could not. */
export type RunOutcome = { readonly run: string } & (
  | { readonly kind: 'done'; readonly message: string; readonly json: Readonly<Record<string, unknown>> }
  | { readonly kind: 'failed'; readonly problem: Problem; readonly json: Readonly<Record<string, unknown>> }
);

export const done = (run: string, message: string, json: Readonly<Record<string, unknown>> = {}): RunOutcome => ({
  run,
  kind: 'done',
  message,
  json,
});

/** `json` are fields besides those that describe the problem. */
export const failed = (run: string, problem: Problem, json: Readonly<Record<string, unknown>> = {}): RunOutcome => ({
  run,
  kind: 'failed',
  problem,
  json,
});

/** Runs a job for one run; a Problem becomes its outcome. Other errors are bugs and are thrown. */
export async function attempted(run: string, job: () => Promise<RunOutcome>): Promise<RunOutcome> {
  try {
    return await job();
  } catch (error) {
    const problem = problemOf(error);
    if (problem === null) throw error;
    return failed(run, problem);
  }
}

/**
 * Prints an outcome, one line for a run (a problem has more, on stderr), or one JSON object. The
 * exit code becomes that of the worst outcome so far.
 */
export function printOutcome(outcome: RunOutcome, json: boolean): void {
  if (outcome.kind === 'failed') process.exitCode = Math.max(Number(process.exitCode ?? 0), outcome.problem.exitCode);
  if (json) process.stdout.write(`${jsonText({ run: outcome.run, ...asJson(outcome), ...outcome.json })}\n`);
  else if (outcome.kind === 'done') process.stdout.write(`${outcome.run}: ${sanitizeForTerminal(outcome.message)}\n`);
  else process.stderr.write(`${renderProblem(outcome.problem)}\n`);
}

const asJson = (outcome: RunOutcome): Readonly<Record<string, unknown>> =>
  outcome.kind === 'done' ? {} : { accepted: false, message: outcome.problem.message, exitCode: outcome.problem.exitCode };
