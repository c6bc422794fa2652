import { parseDuration } from '../../settings/duration.ts';
import type { FleetKnown } from '../../view/fleet/model.ts';
import { fleetView } from '../../view/fleet/whole.ts';
import { clean, type Paper } from '../status/paper.ts';
import { paperFor } from '../status/stdout.ts';
import { jsonText } from '../terminal/json.ts';
import { endsWithItsOutput } from '../terminal/output.ts';
import { EXIT_UNAVAILABLE, EXIT_USAGE, Problem } from '../terminal/problem.ts';
import { bySsh, type Patience } from './by-ssh.ts';
import { chosenHosts, memberSettings } from './hosts.ts';
import { moment } from './moment.ts';
import { fleetPage, warningsOfFleet } from './page.ts';
import type { Source } from './source.ts';

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
  const source = await sourceOf(options.ssh, { deadlineMs, everyMs });
  endsWithItsOutput();
  const ended = endsWithSignals();
  try {
    await show(source, options);
  } finally {
    ended();
    await source.close();
  }
}

/** What is named goes before what is set; then the fleet that this host has joined. */
async function sourceOf(ssh: readonly string[] | undefined, patience: Patience): Promise<Source> {
  const settings = ssh === undefined ? memberSettings(process.env) : null;
  if (settings === null) return bySsh(chosenHosts(ssh, process.env), patience);
  return (await import('./by-engine.ts')).byEngine(settings, patience.deadlineMs);
}

async function show(source: Source, { watch = false, check = false, json = false, all = false, utc = false }: Options): Promise<void> {
  if (watch) {
    const { watchFleet } = await import('./watching.ts');
    return watchFleet(source, { json, all, utc });
  }
  const known = await source.look();
  if (check) return shortly(known, json);
  if (json) print([jsonText(fleetView(known, moment()), 2)]);
  else page(known, all, utc);
  if (known.hosts.some(({ silence }) => silence !== null)) process.exitCode = EXIT_UNAVAILABLE;
}

function page(known: FleetKnown, all: boolean, utc: boolean): void {
  const now = moment();
  const paper: Paper = paperFor(now.wall, utc);
  // Whoever reads a file or a pipe may not see its first lines.
  if (process.stdout.isTTY !== true)
    for (const text of warningsOfFleet(known, now, paper)) process.stderr.write(`dogwatch: ${clean(text)}\n`);
  print(fleetPage(known, now, paper, all));
}

function shortly(known: FleetKnown, json: boolean): void {
  const view = fleetView(known, moment());
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

function durationOf(option: string, text: string): number {
  const ms = parseDuration(text);
  if (ms !== null && ms >= SHORTEST_MS && ms <= LONGEST_MS) return ms;
  throw new Problem(EXIT_USAGE, `${option} is not a duration that can be used`, {
    expected: 'a whole number with a unit, from 1s to 1h',
    got: JSON.stringify(text),
  });
}
