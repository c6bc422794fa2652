import { statSync } from 'node:fs';
import type { Environment } from '../agents/contract/agent.ts';
import { agentFor } from '../agents/registry.ts';
import { isActive, type Run } from '../core/model/run.ts';
import type { WatchedLog } from '../logs/tails.ts';
import { instant } from '../system/process/clock.ts';

/** A record appears a while after its session is known. */
const FIRST_LOOKS_EVERY_MS = 2000;
/** Those of sub-agents appear at any time. */
const LOOK_EVERY_MS = 10_000;
/** How far each was read is stored with the run. */
const MOST_RECORDS = 64;

/**
 * The agents' records of the runs' sessions. It is asked at each change of a run, so it searches
 * only now and then, and when the agent has died: that may be soon after it made them.
 */
export function sessionRecords(environmentOf: (run: Run) => Environment, nowMono = () => instant().mono) {
  const known = new Map<string, { readonly key: string; readonly mono: number; readonly logs: readonly WatchedLog[] }>();
  return (run: Run, isLast: boolean): readonly WatchedLog[] => {
    const { records } = agentFor(run.spec.agent);
    const { attempt, session } = run;
    if (records === undefined || session === null || attempt === null || !isActive(run)) {
      known.delete(run.id);
      return [];
    }
    const key = `${attempt.number} ${session}`;
    const before = known.get(run.id);
    const mono = nowMono();
    if (!isLast && before?.key === key && mono - before.mono < (before.logs.length === 0 ? FIRST_LOOKS_EVERY_MS : LOOK_EVERY_MS))
      return before.logs;
    const old = before?.key === key ? before.logs : [];
    const found = records.of(session, environmentOf(run)).filter((path) => !old.some((log) => log.path === path));
    const logs = [...old, ...found.map((path) => recordAt(path, attempt.startedAt.wall))].slice(0, MOST_RECORDS);
    known.set(run.id, { key, mono, logs });
    return logs;
  };
}

const recordAt = (path: string, startedAtWall: number): WatchedLog => ({
  path,
  kind: 'record',
  isNew: (statSync(path, { throwIfNoEntry: false })?.birthtimeMs ?? 0) >= startedAtWall,
});
