import type { Command as Cli } from 'commander';
import type { RunState } from '../../core/model/facts.ts';
import { STATES } from '../../core/model/states.ts';
import { parseDuration } from '../../settings/duration.ts';
import { EXIT_USAGE, Problem } from '../terminal/problem.ts';

interface Options {
  readonly for?: string;
  readonly timeout?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `dogwatch wait`: returns when runs are over, need a person, or are in a state. */
export function register(program: Cli): void {
  program
    .command('wait')
    .description('wait until runs are over or need a person; the exit status says which')
    .argument('[run...]', 'names of runs, or patterns such as "upgrade-*"')
    .option('--all', 'every run that is not over')
    .option('--for <state>', 'wait until each run is in this state instead')
    .option('--timeout <duration>', 'give up after this long, such as 90s, 15m or 2h')
    .option('--json', 'print one JSON object per run')
    .addHelpText('after', EXAMPLES)
    .action(wait);
}

const EXAMPLES = `
Examples:
  dogwatch wait upgrade && ./deploy.sh
  dogwatch wait "upgrade-*" --timeout 8h
  dogwatch wait upgrade --for working

Exit status, of several runs the highest: 0 complete, or in the state of --for;
1 stopped or failed, or ended in another state than that of --for; 2 a person is
needed; 75 the time is up. It goes on waiting while no watchdog is running, and
says so: then nothing is resumed, but an agent that is alive goes on.
`;

async function wait(names: readonly string[], { for: state, timeout, all = false, json = false }: Options): Promise<void> {
  const wanted = state === undefined ? null : stateOf(state);
  const timeoutMs = timeout === undefined ? null : durationOf(timeout);
  const { waitForRuns } = await import('./wait-for.ts');
  await waitForRuns({ names, all }, { wanted, timeoutMs, json });
}

function stateOf(text: string): RunState {
  const states = Object.keys(STATES) as RunState[];
  const state = states.find((one) => one === text);
  if (state !== undefined) return state;
  throw new Problem(EXIT_USAGE, '--for is not a state', { expected: `one of ${states.join(', ')}`, got: JSON.stringify(text) });
}

function durationOf(text: string): number {
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  throw new Problem(EXIT_USAGE, '--timeout is not a duration', {
    expected: 'a whole number with a unit, such as 90s, 15m or 2h',
    got: JSON.stringify(text),
  });
}
