import { randomUUID } from 'node:crypto';
import type { Command as Cli } from 'commander';
import type { Command } from '../../core/model/facts.ts';
import { userName } from '../../system/process/user-name.ts';
import { sanitizeForTerminal } from '../../system/text/sanitize.ts';
import { jsonText } from '../terminal/json.ts';
import { EXIT_USAGE, Problem } from '../terminal/problem.ts';

interface Options {
  readonly because?: string;
  readonly prompt?: string;
  readonly addCost?: string;
  readonly addTokens?: string;
  readonly json?: boolean;
  readonly all?: boolean;
  readonly yes?: boolean;
}

const SEVERAL = `
Several runs, and patterns in quotes ("upgrade-*"), are done one after another,
with one line for each. The exit code is the highest of them; a name that is no
run is an error before anything is done.
`;

/** The commands pause, unpause, resume, stop and ack: the operator's requests. */
export function register(program: Cli): void {
  const add = (name: Command['kind'], description: string, all: string, examples: readonly string[]) =>
    program
      .command(name)
      .description(description)
      .argument('[run...]', 'names of runs, or patterns such as "upgrade-*"')
      .option('--all', all)
      .option('--json', 'print the reply as JSON, one object per run')
      .addHelpText(
        'after',
        `${SEVERAL}\n${examples.length === 1 ? 'Example' : 'Examples'}:\n${examples.map((one) => `  ${one}\n`).join('')}`,
      );

  add('pause', 'leave runs alone: a living process continues, a dead one is not resumed', 'every run that is not paused', [
    'dogwatch pause upgrade --because "deploying until 6 pm"',
    'dogwatch pause --all --because "the provider is down"',
  ])
    .option('--because <text>', 'the reason, for the history', 'asked for on the command line')
    .action((runs: string[], { because, ...options }: Options) => request(runs, { kind: 'pause', because: because ?? '' }, options));
  add('unpause', 'let dogwatch look after runs again', 'every run that is paused', [
    'dogwatch unpause upgrade',
    'dogwatch unpause --all',
  ]).action((runs: string[], options: Options) => request(runs, { kind: 'unpause' }, options));
  add(
    'resume',
    'resume runs now, with a new budget, whatever they are waiting for',
    'every run that has no living process or needs a person, except complete and stopped ones',
    ['dogwatch resume upgrade --prompt "The token is renewed."', 'dogwatch resume upgrade --add-cost 5', 'dogwatch resume "upgrade-*"'],
  )
    .option('--prompt <text>', 'a message for the agent, given to it once')
    .option('--add-cost <usd>', 'let it cost this much more than DOGWATCH_MAX_COST: 5, 0.50 or 5USD')
    .option('--add-tokens <tokens>', 'let it use this many tokens more than DOGWATCH_MAX_TOKENS: 500000, 500k or 2M')
    .action(async (runs: string[], { prompt, addCost, addTokens, ...options }: Options) =>
      request(runs, { kind: 'resume', prompt: prompt ?? null, ...(await added(addCost, addTokens)) }, options),
    );
  add(
    'stop',
    'stop runs: end their processes and name any that are left; `dogwatch resume` starts them again',
    'every run that is not over; asks first',
    ['dogwatch stop upgrade', 'dogwatch stop --all --yes'],
  )
    .option('--yes', 'with --all: do not ask')
    .option('--because <text>', 'the reason, for the history')
    .action((runs: string[], { because, ...options }: Options) =>
      request(runs, { kind: 'stop', because: because ?? `stopped by ${userName()}` }, options),
    );
  add(
    'ack',
    'acknowledge what is wrong with runs or with this machine: no more reminders, only the all-clear',
    'every run with an open notice',
    ['dogwatch ack upgrade', 'dogwatch ack --host'],
  )
    .option('--host', 'acknowledge what is wrong with this machine: a full disk, runs that are killed')
    .action(acknowledge);
}

async function request(names: readonly string[], command: Command, { all = false, yes = false, json = false }: Options): Promise<void> {
  const { requestAll } = await import('./requests.ts');
  await requestAll(command, { names, all, yes, json });
}

/** What raises the caps of a run, as the core takes it. Throws a Problem for what is no amount. */
async function added(addCost: string | undefined, addTokens: string | undefined) {
  if (addCost === undefined && addTokens === undefined) return {};
  const { EXPECTED_TOKENS, EXPECTED_USD, parseTokens, parseUsd } = await import('../../settings/cost.ts');
  const read = (option: string, text: string | undefined, parse: (text: string) => number | null, expected: string): number => {
    const value = text === undefined ? 0 : parse(text.trim());
    if (value !== null) return value;
    throw new Problem(EXIT_USAGE, `${option} is not valid`, { expected, got: JSON.stringify(text) });
  };
  return {
    add: {
      micros: read('--add-cost', addCost, parseUsd, EXPECTED_USD),
      tokens: read('--add-tokens', addTokens, parseTokens, EXPECTED_TOKENS),
    },
  };
}

async function acknowledge(runs: readonly string[], { host = false, ...options }: Options & { readonly host?: boolean }): Promise<void> {
  const { all = false, json = false } = options;
  if (!host && (all || runs.length > 0)) return request(runs, { kind: 'ack' }, options);
  if (!host || all || runs.length > 0)
    throw new Problem(EXIT_USAGE, 'nothing to acknowledge', {
      expected: 'the names of runs, --all, or only --host',
      got: host ? '--host and runs' : 'neither',
      hint: '`dogwatch status` lists what is wrong',
    });
  const [{ submit }, { openLayout }, { fromInside }, { withLocalTimes }] = await Promise.all([
    import('../client/submit.ts'),
    import('../client/state-layout.ts'),
    import('./request.ts'),
    import('../client/local-times.ts'),
  ]);
  const reply = await submit(openLayout(), { id: randomUUID(), kind: 'ack-host', ...fromInside() });
  if (json) process.stdout.write(`${jsonText({ host: true, ...reply })}\n`);
  else process.stdout.write(`this machine: ${sanitizeForTerminal(withLocalTimes(reply.message))}\n`);
  if (!reply.accepted) process.exitCode = EXIT_USAGE;
}
