import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { truncate } from '../core/values/truncate.ts';
import { sanitizeForTerminal } from '../system/text/sanitize.ts';
import { callerOf } from './client/inside.ts';
import { EXIT_USAGE, Problem } from './terminal/problem.ts';

/** done, blocked and progress: what the agent itself says from inside its run. */
export function register(program: Command): void {
  const add = (name: 'done' | 'blocked' | 'progress', description: string, example: string) =>
    program
      .command(name)
      .description(description)
      .argument('[run]', 'name of the run; it can only be the own one')
      .requiredOption('--because <text>', 'what shows it, in a sentence')
      .addHelpText(
        'after',
        `\nExample:\n  ${example}\n\nOnly from inside a run, or from its recovery agent: they prove themselves by DOGWATCH_RUN and DOGWATCH_ATTEMPT, which dogwatch has set.\n`,
      )
      .action((run: string | undefined, { because }: { because: string }) => claim(name, run, because));
  add(
    'done',
    'the whole job is finished (said by the agent, inside a run)',
    'dogwatch done --because "all 14 packages are upgraded, the tests pass"',
  );
  add('blocked', 'a person is needed (said by the agent, inside a run)', 'dogwatch blocked --because "the registry wants a new token"');
  add(
    'progress',
    'a step of the job is finished (said by the agent, inside a run)',
    'dogwatch progress --because "7 of 14 packages upgraded"',
  );
}

const LET_THROUGH =
  'an agent whose tools get a cleared environment (env -i; codex: shell_environment_policy) has to let DOGWATCH_ATTEMPT, DOGWATCH_RUN and DOGWATCH_STATE_DIR through';

/** Longest reason that is kept. */
const MAX_REASON_LENGTH = 2000;

async function claim(kind: 'done' | 'blocked' | 'progress', name: string | undefined, because: string): Promise<void> {
  const caller = callerOf(process.env);
  if (caller === null)
    throw new Problem(EXIT_USAGE, `\`dogwatch ${kind}\` is for the agent, inside a run`, {
      got: 'no DOGWATCH_ATTEMPT in the environment, nor in that of a parent process',
      hint: `${LET_THROUGH}; or give the run another sign of done, such as --done-file or --check`,
    });
  const { mark, stateDir } = caller;
  const own = process.env.DOGWATCH_RUN;
  if (name !== undefined && name !== own && name !== mark.run)
    throw new Problem(EXIT_USAGE, `\`dogwatch ${kind}\` is about the own run`, { expected: own ?? mark.run, got: JSON.stringify(name) });
  if (mark.of === 'recovery' && kind === 'progress')
    throw new Problem(EXIT_USAGE, 'only the run itself makes progress', {
      hint: '`dogwatch resume RUN --prompt …` gives it its turn back',
    });
  // What has cleared the mark has cleared this as well.
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
