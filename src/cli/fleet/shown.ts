import { hostname } from 'node:os';
import { ask, NoSsh } from '../../look/fleet/ask.ts';
import { type Ask, askAll, unasked } from '../../look/fleet/several.ts';
import { lookAt } from '../../look/state.ts';
import { parseDuration } from '../../settings/duration.ts';
import type { SshHost } from '../../system/ssh/hosts.ts';
import type { HostKnown } from '../../view/fleet/model.ts';
import { fleetView } from '../../view/fleet/whole.ts';
import { openLayout } from '../client/state-layout.ts';
import { clean, type Paper } from '../status/paper.ts';
import { paperFor } from '../status/stdout.ts';
import { jsonText } from '../terminal/json.ts';
import { endsWithItsOutput } from '../terminal/output.ts';
import { EXIT_UNAVAILABLE, EXIT_USAGE, Problem } from '../terminal/problem.ts';
import { chosenHosts } from './hosts.ts';
import { moment } from './moment.ts';
import { fleetPage, warningsOfFleet } from './page.ts';

/** What a person asks for on the command line. */
export interface Options {
  readonly ssh?: readonly string[];
  readonly all?: boolean;
  readonly watch?: boolean;
  readonly check?: boolean;
  readonly timeout: string;
  readonly every: string;
  readonly utc?: boolean;
  readonly json?: boolean;
}

const SHORTEST_MS = 1000;
const LONGEST_MS = 3_600_000;

/** Asks the hosts, and shows them in the form that is asked for. */
export async function status(options: Options): Promise<void> {
  const { watch = false, check = false } = options;
  if (watch && check)
    throw new Problem(EXIT_USAGE, 'these options cannot be combined', { expected: 'one form of output', got: '--watch --check' });
  const deadlineMs = durationOf('--timeout', options.timeout);
  const everyMs = durationOf('--every', options.every);
  const hosts = chosenHosts(options.ssh, process.env);
  endsWithItsOutput();
  const ended = endsWithSignals();
  try {
    await show(hosts, { ...options, deadlineMs, everyMs });
  } finally {
    ended();
  }
}

async function show(
  hosts: readonly SshHost[],
  options: Options & { readonly deadlineMs: number; readonly everyMs: number },
): Promise<void> {
  const { watch = false, check = false, json = false, all = false, utc = false, deadlineMs, everyMs } = options;
  const asking: Ask = (host) => ask(host, { environment: process.env, deadlineMs, here: () => lookAt(openLayout()) }).catch(explained);
  const known = unasked(hosts, hostname());
  if (watch) {
    const { watchFleet } = await import('./watching.ts');
    return watchFleet(hosts, known, { ask: asking, everyMs, json, all, utc });
  }
  const answered = await askAll(hosts, known, asking);
  if (check) return shortly(answered, json);
  if (json) print([jsonText(fleetView(answered, moment()), 2)]);
  else page(answered, all, utc);
  if (answered.some(({ silence }) => silence !== null)) process.exitCode = EXIT_UNAVAILABLE;
}

function page(hosts: readonly HostKnown[], all: boolean, utc: boolean): void {
  const now = moment();
  const paper: Paper = paperFor(now.wall, utc);
  // Whoever reads a file or a pipe may not see its first lines.
  if (process.stdout.isTTY !== true)
    for (const text of warningsOfFleet(hosts, now, paper)) process.stderr.write(`dogwatch: ${clean(text)}\n`);
  print(fleetPage(hosts, now, paper, all));
}

function shortly(hosts: readonly HostKnown[], json: boolean): void {
  const view = fleetView(hosts, moment());
  print([json ? jsonText(view, 2) : clean(view.check.because)]);
  process.exitCode = view.check.status;
}

const print = (lines: readonly string[]): void => {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
};

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Each ssh has a process group of its own, which is ended when this process exits. The returned
 * function undoes it.
 */
function endsWithSignals(): () => void {
  const leave = (signal: keyof typeof SIGNALS) => process.exit(SIGNALS[signal]);
  const signals = Object.keys(SIGNALS) as (keyof typeof SIGNALS)[];
  for (const signal of signals) process.once(signal, leave);
  return () => {
    for (const signal of signals) process.off(signal, leave);
  };
}

function explained(error: unknown): never {
  if (!(error instanceof NoSsh)) throw error;
  throw new Problem(EXIT_UNAVAILABLE, 'ssh was not found', {
    expected: 'the ssh of OpenSSH in the PATH',
    got: `PATH=${process.env.PATH ?? ''}`,
    hint: 'install it: apt install openssh-client',
  });
}

function durationOf(option: string, text: string): number {
  const ms = parseDuration(text);
  if (ms !== null && ms >= SHORTEST_MS && ms <= LONGEST_MS) return ms;
  throw new Problem(EXIT_USAGE, `${option} is not a duration that can be used`, {
    expected: 'a whole number with a unit, from 1s to 1h',
    got: JSON.stringify(text),
  });
}
