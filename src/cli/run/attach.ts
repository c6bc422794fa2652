import type { RunSpec, RunState } from '../../core/model/facts.ts';
import { isOver } from '../../core/model/run.ts';
import type { Layout } from '../../store/directory/layout.ts';
import { hostVariables, WatchdogProcess } from '../client/start-watchdog.ts';
import { jsonText } from '../terminal/json.ts';
import { tell } from '../terminal/tell.ts';
import { followRun } from './follow.ts';
import type { RunOptions } from './options.ts';

/**
 * Exit status when `run` was interrupted in the foreground: the run continues without its terminal.
 */
const INTERRUPTED = 130;

/**
 * Follows a newly registered run until it is over, needs a person or is interrupted, and sets the
 * exit status.
 */
export async function attach(layout: Layout, { run, spec }: { run: string; spec: RunSpec }, options: RunOptions): Promise<void> {
  const { name } = spec;
  if (options.json) process.stdout.write(`${jsonText({ run: name, id: run })}\n`);
  else tell(`the run is called ${name}`);
  if (options.detach) {
    if (!options.json) tell(`follow it with \`dogwatch logs -f ${name}\`, stop it with \`dogwatch stop ${name}\``);
    return;
  }
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  // Not `once`: if no listener were left, execa's clean-up would end this process with the signal.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  // The reader of the output may exit (`| head`): the run continues.
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
      `${name} continues without this terminal. Follow it with \`dogwatch logs -f ${name}\`, pause it with \`dogwatch pause ${name}\`, stop it with \`dogwatch stop ${name}\`.`,
    );
    process.exitCode = INTERRUPTED;
  } else {
    tell(`${name} is ${state}`);
    process.exitCode = exitCodeOf(state);
  }
}

function exitCodeOf(state: RunState): number {
  if (state === 'complete') return 0;
  return isOver({ state }) ? 1 : 3;
}
