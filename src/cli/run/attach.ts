import type { RunSpec, RunState } from '../../core/model/facts.ts';
import type { Layout } from '../../store/directory/layout.ts';
import { hostVariables, WatchdogProcess } from '../client/start-watchdog.ts';
import { jsonText } from '../terminal/json.ts';
import { tell } from '../terminal/tell.ts';
import { followRun } from './follow.ts';
import type { RunOptions } from './options.ts';

/** Exit status of a run in the foreground that was interrupted: it goes on without its terminal. */
const INTERRUPTED = 130;

/**
 * Stays with a run that was just registered: shows what happens until it is over or a person is
 * needed.
 */
export async function attach(layout: Layout, { run, spec }: { run: string; spec: RunSpec }, options: RunOptions): Promise<void> {
  const { name } = spec;
  if (options.json) process.stdout.write(`${jsonText({ run: name, id: run })}\n`);
  else tell(`the run is called ${name}`);
  if (options.detach) {
    if (!options.json) tell(`watch it with \`dogwatch logs -f ${name}\`, stop it with \`dogwatch stop ${name}\``);
    return;
  }
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  // Not `once`: a handler that is gone by then is none to execa's clean-up, which would end this
  // process by the signal.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  // Whoever read the output has gone (`| head`): the run goes on all the same.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', interrupt);
  const watchdog = new WatchdogProcess(layout, hostVariables(process.env));
  const state = await followRun({
    layout,
    runId: run,
    json: options.json === true,
    signal: interrupted.signal,
    ensureWatchdog: (holder) => watchdog.ensure(holder),
  });
  if (interrupted.signal.aborted) {
    tell(
      `${name} goes on without this terminal. \`dogwatch logs -f ${name}\` follows it, \`dogwatch pause ${name}\` and \`dogwatch stop ${name}\` do what they say.`,
    );
    process.exitCode = INTERRUPTED;
  } else {
    tell(`${name} is ${state}`);
    process.exitCode = exitCodeOf(state);
  }
}

function exitCodeOf(state: RunState): number {
  if (state === 'complete') return 0;
  return state === 'stopped' || state === 'failed' ? 1 : 3;
}
