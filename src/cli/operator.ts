import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Command as Cli } from 'commander';
import type { Command } from '../core/model/facts.ts';
import { isActive, type Run } from '../core/model/run.ts';
import { unproven } from '../core/run/unseen.ts';
import type { Layout } from '../store/directory/layout.ts';
import type { Request } from '../store/inbox/request.ts';
import { userName } from '../system/process/user-name.ts';
import { sanitizeForTerminal } from '../system/text/sanitize.ts';
import { jsonText } from './terminal/json.ts';
import { EXIT_TEMPORARY, EXIT_USAGE, Problem } from './terminal/problem.ts';

interface Options {
  readonly because?: string;
  readonly prompt?: string;
  readonly json?: boolean;
}

/** The commands pause, unpause, resume, stop and ack: the operator's requests. */
export function register(program: Cli): void {
  const add = (name: Command['kind'], description: string, example: string) =>
    program
      .command(name)
      .description(description)
      .argument('<run>', 'name of the run')
      .option('--json', 'print the reply as JSON')
      .addHelpText('after', `\nExample:\n  ${example}\n`);

  add(
    'pause',
    'leave a run alone: a living process continues, a dead one is not resumed',
    'dogwatch pause upgrade --because "deploying until 6 pm"',
  )
    .option('--because <text>', 'the reason, for the history', 'asked for on the command line')
    .action((run: string, { because, json }: Options) => request(run, { kind: 'pause', because: because ?? '' }, json));
  add('unpause', 'let dogwatch look after a run again', 'dogwatch unpause upgrade').action((run: string, { json }: Options) =>
    request(run, { kind: 'unpause' }, json),
  );
  add(
    'resume',
    'resume a run now, with a new budget, whatever it is waiting for',
    'dogwatch resume upgrade --prompt "The token is renewed."',
  )
    .option('--prompt <text>', 'a message for the agent, given to it once')
    .action((run: string, { prompt, json }: Options) => request(run, { kind: 'resume', prompt: prompt ?? null }, json));
  add('stop', 'stop a run: end its processes and name any that are left; `dogwatch resume` starts it again', 'dogwatch stop upgrade')
    .option('--because <text>', 'the reason, for the history')
    .action((run: string, { because, json }: Options) =>
      request(run, { kind: 'stop', because: because ?? `stopped by ${userName()}` }, json),
    );
  program
    .command('ack')
    .description('acknowledge what is wrong with a run or with this machine: no more reminders, only the all-clear')
    .argument('[run]', 'name of the run')
    .option('--host', 'acknowledge what is wrong with this machine: a full disk, runs that are killed')
    .option('--json', 'print the reply as JSON')
    .addHelpText('after', '\nExamples:\n  dogwatch ack upgrade\n  dogwatch ack --host\n')
    .action(acknowledge);
}

async function acknowledge(run: string | undefined, { host = false, json = false }: Options & { readonly host?: boolean }): Promise<void> {
  if (host === (run !== undefined))
    throw new Problem(EXIT_USAGE, 'nothing to acknowledge', {
      expected: 'the name of a run, or --host',
      got: host ? 'both' : 'neither',
      hint: '`dogwatch status` lists what is wrong',
    });
  if (run !== undefined) return request(run, { kind: 'ack' }, json);
  const [{ submit }, { openLayout }] = await Promise.all([import('./client/submit.ts'), import('./client/state-layout.ts')]);
  const reply = await submit(openLayout(), { id: randomUUID(), kind: 'ack-host', ...(await fromInside()) });
  if (json) process.stdout.write(`${jsonText({ host: true, ...reply })}\n`);
  else process.stdout.write(`this machine: ${sanitizeForTerminal(reply.message)}\n`);
  if (!reply.accepted) process.exitCode = EXIT_USAGE;
}

async function request(name: string, command: Command, json = false): Promise<void> {
  const [{ submit }, { openLayout }, { findRun }, { withReader }] = await Promise.all([
    import('./client/submit.ts'),
    import('./client/state-layout.ts'),
    import('./client/find-run.ts'),
    import('../store/with-reader.ts'),
  ]);
  const layout = openLayout();
  const run = withReader(layout, (reader) => findRun(reader, name));
  const reply = await submit(layout, await requestOf(run, command));
  const isStopped = reply.accepted && command.kind === 'stop';
  const message = sanitizeForTerminal(
    isStopped ? `${reply.message}; ${await allGone(layout, await provenGone(layout, run))}` : reply.message,
  );
  if (json) process.stdout.write(`${jsonText({ run: run.name, ...reply })}\n`);
  else if (reply.accepted) process.stdout.write(`${run.name}: ${message}\n`);
  else
    throw new Problem(EXIT_USAGE, `cannot ${command.kind} ${run.name}`, {
      got: reply.message,
      hint: `\`dogwatch explain ${run.name}\` says what it is doing`,
    });
  if (!reply.accepted) process.exitCode = EXIT_USAGE;
}

/** A recovery agent that resumes its own run hands the job back; anyone else is the operator. */
async function requestOf({ id: run }: Run, command: Command): Promise<Request> {
  const mark = (await import('./client/inside.ts')).callerOf(process.env)?.mark;
  const id = randomUUID();
  if (command.kind !== 'resume' || mark?.of !== 'recovery' || mark.run !== run)
    return { id, kind: 'operator', run, command, ...(await fromInside()) };
  return { id, kind: 'recovery', run, recovery: mark.number, token: mark.token, says: 'resume', because: command.prompt ?? '' };
}

/** Identifies the caller if it is a process of a run. */
async function fromInside() {
  const inside = (await import('./client/inside.ts')).insideOf(process.env);
  return inside === null ? {} : { inside };
}

/**
 * Ends processes of a stopped run that the watchdog did not know about, found by their mark.
 * Returns a sentence about the result.
 */
async function allGone(layout: Layout, run: Run): Promise<string> {
  const { id, name, spec } = run;
  const [{ endStrays }, { provenOf }] = await Promise.all([import('../effects/strays.ts'), import('../launch/attempt/left-behind.ts')]);
  const strays = await endStrays(id, layout, spec.policy.graceMs);
  const gone = `${provenOf(layout, run)}${spec.unseen == null ? '' : unproven(spec.unseen)}`;
  if (strays === null) return gone;
  if (strays.kind === 'ended') return `${gone}; dogwatch had no record of some of them (${strays.because})`;
  throw new Problem(EXIT_TEMPORARY, `${name} is stopped, but some of its processes are still alive`, {
    got: strays.because,
    hint: `\`dogwatch stop ${name}\` tries again`,
  });
}

/** How long `stop` waits beyond the grace period between TERM and KILL. */
const PROOF_DEADLINE_MS = 15_000;

/** After this long, `stop` says what it is waiting for. */
const SILENT_MS = 1000;

/** Waits until no known process of the run is alive. Throws a Problem if that takes too long. */
async function provenGone(layout: Layout, before: Run): Promise<Run> {
  const { id, name, spec } = before;
  const [{ withReader }, { WatchdogProcess }] = await Promise.all([
    import('../store/with-reader.ts'),
    import('./client/start-watchdog.ts'),
  ]);
  const watchdog = new WatchdogProcess(layout, process.env);
  for (let waitedMs = 0; waitedMs < spec.policy.graceMs + PROOF_DEADLINE_MS; waitedMs += 100) {
    const run = withReader(layout, (reader) => reader.byId(id));
    if (run === null || !isActive(run)) return run ?? before;
    // Stopping has failed. A run that needed a person before stays escalated until its processes
    // are gone.
    if (run.stopping !== null && run.blocked !== null) break;
    watchdog.ensure();
    if (waitedMs === SILENT_MS)
      process.stderr.write(`dogwatch: stopping ${name}; its processes have ${spec.policy.graceMs / 1000} s to exit …\n`);
    await setTimeout(100);
  }
  throw new Problem(EXIT_TEMPORARY, `${name} is not stopped yet`, { hint: `\`dogwatch explain ${name}\` says why` });
}
