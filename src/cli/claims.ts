import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { truncate } from '../core/values/truncate.ts';
import { sanitizeForTerminal } from '../system/text/sanitize.ts';
import { callerOf } from './client/inside.ts';
import { EXIT_USAGE, Problem } from './terminal/problem.ts';

/** The commands done, blocked and progress: what the agent itself reports from inside its run. */
export function register(program: Command): void {
  const add = (name: 'done' | 'blocked' | 'progress', description: string, example: string) =>
    program
      .command(name)
      .description(description)
      .argument('[run]', "name of the run; only the agent's own run is accepted")
      .requiredOption('--because <text>', 'the evidence, in one sentence')
      .addHelpText(
        'after',
        `\nExample:\n  ${example}\n\nWorks only inside a run or its recovery agent, which dogwatch recognises by the\nvariables DOGWATCH_RUN and DOGWATCH_ATTEMPT that it sets.\n`,
      )
      .action((run: string | undefined, { because }: { because: string }) => claim(name, run, because));
  add(
    'done',
    'report that the whole job is finished (called by the agent, inside a run)',
    'dogwatch done --because "all 14 packages are upgraded, the tests pass"',
  );
  add(
    'blocked',
    'report that a person is needed (called by the agent, inside a run)',
    'dogwatch blocked --because "the registry wants a new token"',
  );
  add(
    'progress',
    'report that a step of the job is finished (called by the agent, inside a run)',
    'dogwatch progress --because "7 of 14 packages upgraded"',
  );
}

const LET_THROUGH =
  'an agent that clears the environment of its tools (env -i; codex: shell_environment_policy) must let DOGWATCH_ATTEMPT, DOGWATCH_RUN and DOGWATCH_STATE_DIR through';

/** Longer reasons are truncated, in characters. */
const MAX_REASON_LENGTH = 2000;

async function claim(kind: 'done' | 'blocked' | 'progress', name: string | undefined, because: string): Promise<void> {
  const caller = callerOf(process.env);
  if (caller === null)
    throw new Problem(EXIT_USAGE, `\`dogwatch ${kind}\` only works inside a run, where the agent calls it`, {
      got: 'no DOGWATCH_ATTEMPT in the environment or in that of a parent process',
      hint: `${LET_THROUGH}; or define done in another way, with --done-file or --check`,
    });
  const { mark, stateDir } = caller;
  const own = process.env.DOGWATCH_RUN;
  if (name !== undefined && name !== own && name !== mark.run)
    throw new Problem(EXIT_USAGE, `\`dogwatch ${kind}\` only reports on the agent's own run`, {
      expected: own ?? mark.run,
      got: JSON.stringify(name),
    });
  if (mark.of === 'recovery' && kind === 'progress')
    throw new Problem(EXIT_USAGE, 'a recovery agent cannot report progress', {
      hint: '`dogwatch resume RUN --prompt …` hands the job back to the run',
    });
  // Whatever cleared the mark also cleared this variable.
  if (stateDir !== null) process.env.DOGWATCH_STATE_DIR ??= stateDir;
  const [{ submit }, { openLayout }] = await Promise.all([import('./client/submit.ts'), import('./client/state-layout.ts')]);
  const { run, number, token } = mark;
  const request = { id: randomUUID(), run, token, because: truncate(because, MAX_REASON_LENGTH) };
  const reply = await submit(
    openLayout(),
    mark.of === 'recovery' && kind !== 'progress'
      ? { ...request, kind: 'recovery', recovery: number, says: kind }
      : { ...request, kind: 'claim', attempt: number, claim: kind },
  );
  process.stdout.write(`dogwatch: ${sanitizeForTerminal(reply.message)}\n`);
  if (!reply.accepted) process.exitCode = EXIT_USAGE;
}
