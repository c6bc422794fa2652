import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { harmless } from '../system/harmless.ts';
import { EXIT_USAGE, Problem } from './problem.ts';

/** done, blocked and progress: what the agent itself says from inside its run. */
export function register(program: Command): void {
  const add = (name: 'done' | 'blocked' | 'progress', description: string, example: string) =>
    program
      .command(name)
      .description(description)
      .requiredOption('--because <text>', 'what shows it, in a sentence')
      .addHelpText(
        'after',
        `\nExample:\n  ${example}\n\nOnly from inside a run: the attempt proves itself by DOGWATCH_RUN and DOGWATCH_ATTEMPT, which dogwatch has set.\n`,
      )
      .action(({ because }: { because: string }) => claim(name, because));
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

/** Longest reason that is kept. */
const MAX_REASON_LENGTH = 2000;

async function claim(kind: 'done' | 'blocked' | 'progress', because: string): Promise<void> {
  const mark = /^(?<run>(?!\.)[^/]+)\/(?<attempt>\d+)\/(?<token>[^/]+)$/.exec(process.env.DOGWATCH_ATTEMPT ?? '')?.groups;
  if (mark === undefined)
    throw new Problem(EXIT_USAGE, `\`dogwatch ${kind}\` is for the agent, inside a run`, {
      came: 'no DOGWATCH_ATTEMPT in the environment',
      hint: 'from outside, `dogwatch stop RUN` ends a run',
    });
  const [{ submit }, { openLayout }] = await Promise.all([import('./client.ts'), import('./state.ts')]);
  const { run = '', attempt, token = '' } = mark;
  const reason = because.slice(0, MAX_REASON_LENGTH);
  const reply = await submit(openLayout(), {
    id: randomUUID(),
    kind: 'claim',
    run,
    attempt: Number(attempt),
    token,
    claim: kind,
    because: reason,
  });
  process.stdout.write(`dogwatch: ${harmless(reply.message)}\n`);
  if (!reply.accepted) process.exitCode = EXIT_USAGE;
}
