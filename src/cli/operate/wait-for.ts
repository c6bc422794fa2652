import { setTimeout } from 'node:timers/promises';
import type { RunState } from '../../core/model/facts.ts';
import { isOver, type Run } from '../../core/model/run.ts';
import { needsAttention } from '../../core/run/owner.ts';
import { readSettings } from '../../settings/read.ts';
import { recoversRuns } from '../../settings/recovery.ts';
import { withReader } from '../../store/with-reader.ts';
import { monoMs } from '../../system/process/process.ts';
import { sanitizeForTerminal } from '../../system/text/sanitize.ts';
import { withLocalTimes } from '../client/local-times.ts';
import { presence } from '../client/presence.ts';
import { openLayout } from '../client/state-layout.ts';
import { type Choice, chosenRuns } from '../several/chosen.ts';
import { jsonText } from '../terminal/json.ts';
import { EXIT_NO_RUN, EXIT_TEMPORARY } from '../terminal/problem.ts';

interface Wishes {
  /** Null for the end, or the need of a person. */
  readonly wanted: RunState | null;
  readonly timeoutMs: number | null;
  readonly json: boolean;
}

/** Exit statuses of `wait`. */
const REACHED = 0;
const ENDED_OTHERWISE = 1;
const NEEDS_PERSON = 2;

/** How often the runs are read, each by its key. */
const EVERY_MS = 500;

/** Waits for the chosen runs, prints what became of each, and sets the exit status. */
export async function waitForRuns(choice: Choice, { wanted, timeoutMs, json }: Wishes): Promise<void> {
  const layout = openLayout();
  const recovers = recoversRuns(readSettings(process.env).settings);
  await withReader(layout, async (reader) => {
    // A name means the run that it is now, not a later one of the same name.
    const waiting = new Map(
      chosenRuns(reader, choice, { verb: 'wait for', isMeant: (run) => !isOver(run) }).map(({ id, name }) => [id, name]),
    );
    const tellPresence = presence(layout);
    const until = timeoutMs === null ? Number.POSITIVE_INFINITY : monoMs() + timeoutMs;
    for (let version: string | null = null; ; ) {
      const before = version;
      version = reader.version();
      for (const [id, name] of version === before ? [] : waiting) {
        const run = reader.byId(id);
        const status = run === null ? EXIT_NO_RUN : statusOf(run, wanted, recovers);
        if (status === null) continue;
        waiting.delete(id);
        report(name, run, status, json);
      }
      if (waiting.size === 0) return;
      tellPresence(reader);
      if (monoMs() >= until) break;
      await setTimeout(Math.min(EVERY_MS, Math.max(0, until - monoMs())));
    }
    for (const [id, name] of waiting) report(name, reader.byId(id), EXIT_TEMPORARY, json);
  });
}

/** The exit status for a run, or null if it is still to be waited for. */
export function statusOf(run: Run, wanted: RunState | null, recovers: boolean): number | null {
  if (wanted !== null && run.state === wanted) return REACHED;
  if (run.state === 'complete' && wanted === null) return REACHED;
  if (isOver(run)) return ENDED_OTHERWISE;
  // A paused or held run is not a call for help.
  return needsAttention(run.state) && (run.state !== 'handed-off' || !recovers) ? NEEDS_PERSON : null;
}

function report(name: string, run: Run | null, status: number, json: boolean): void {
  process.exitCode = Math.max(Number(process.exitCode ?? 0), status);
  const state = run?.state ?? 'removed';
  const because = run?.because ?? 'it was removed meanwhile';
  if (json) process.stdout.write(`${jsonText({ run: name, state, because, exitCode: status })}\n`);
  else
    process.stdout.write(
      `${name}: ${status === EXIT_TEMPORARY ? 'still ' : ''}${state}: ${sanitizeForTerminal(withLocalTimes(because))}\n`,
    );
}
