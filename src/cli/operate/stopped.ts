import { setTimeout } from 'node:timers/promises';
import { isActive, type Run } from '../../core/model/run.ts';
import { unproven } from '../../core/run/unseen.ts';
import type { Layout } from '../../store/directory/layout.ts';
import { EXIT_TEMPORARY, Problem } from '../terminal/problem.ts';
import { tell } from '../terminal/tell.ts';

/**
 * Waits until every process of a run that is being stopped is gone. Returns a sentence about that.
 * Throws a Problem if some are still alive.
 */
export const stopped = async (layout: Layout, run: Run, say: Say = tell): Promise<string> =>
  allGone(layout, await provenGone(layout, run, say));

export type Say = (text: string) => void;

/**
 * Ends processes of a stopped run that the watchdog did not know about, found by their mark.
 * Returns a sentence about the result.
 */
async function allGone(layout: Layout, run: Run): Promise<string> {
  const { id, name, spec } = run;
  const [{ endStrays }, { provenOf }] = await Promise.all([
    import('../../effects/strays.ts'),
    import('../../launch/attempt/left-behind.ts'),
  ]);
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
async function provenGone(layout: Layout, before: Run, say: Say): Promise<Run> {
  const { id, name, spec } = before;
  const [{ withReader }, { WatchdogProcess }] = await Promise.all([
    import('../../store/with-reader.ts'),
    import('../client/start-watchdog.ts'),
  ]);
  const watchdog = new WatchdogProcess(layout, process.env);
  for (let waitedMs = 0; waitedMs < spec.policy.graceMs + PROOF_DEADLINE_MS; waitedMs += 100) {
    const run = withReader(layout, (reader) => reader.byId(id));
    if (run === null || !isActive(run)) return run ?? before;
    // Stopping has failed. A run that needed a person before stays escalated until its processes
    // are gone.
    if (run.stopping !== null && run.blocked !== null) break;
    watchdog.ensure();
    if (waitedMs === SILENT_MS) say(`stopping ${name}; its processes have ${spec.policy.graceMs / 1000} s to exit …`);
    await setTimeout(100);
  }
  throw new Problem(EXIT_TEMPORARY, `${name} is not stopped yet`, { hint: `\`dogwatch explain ${name}\` says why` });
}
