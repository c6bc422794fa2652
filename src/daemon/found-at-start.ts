import type { Fact } from '../core/model/facts.ts';
import type { HostFact } from '../core/model/host.ts';
import type { Run } from '../core/model/run.ts';
import type { StateFinding } from '../core/model/state-findings.ts';
import { restOf } from '../core/run/rest.ts';
import { lostAttempts } from '../launch/attempt/on-disk.ts';
import type { Layout } from '../store/directory/layout.ts';
import { damagedAside } from '../store/mend-database.ts';
import { settleRemovals } from '../store/removal.ts';
import { readRest } from '../store/rest-file.ts';
import { picturedAttempts } from '../store/snapshot.ts';
import type { Store } from '../store/store.ts';

const MAX_NAMED = 5;

/**
 * What is on disk or in the last snapshot but not in the database, and what is wrong with the
 * database itself.
 */
export function foundAtStart(layout: Layout, store: Store, runs: readonly Run[]): readonly (Fact | HostFact)[] {
  const removed = store.removed();
  settleRemovals(layout, (run) => removed.has(run));
  const known = new Map([...store.tried(), ...[...removed].map((run): [string, number] => [run, Number.POSITIVE_INFINITY])]);
  const goingOn = new Set(runs.filter((run) => restOf(run) === null).map(({ id }) => id));
  const rests = (run: string) => (goingOn.has(run) ? readRest(layout, run) : null);
  const { facts, unknown } = lostAttempts(layout, known, picturedAttempts(layout.snapshot), rests);
  return [{ kind: 'state.opened', findings: [...damaged(layout), ...forgotten(unknown), ...unreadable(store.unreadable())] }, ...facts];
}

function damaged(layout: Layout): readonly StateFinding[] {
  const last = damagedAside(layout).at(-1);
  if (last === undefined) return [];
  const { from, aside, damage, at } = last;
  const because = `the database was damaged (${damage}), and at ${at} the copy ${from} replaced it: what was decided since that copy is lost. The damaged files are in ${aside}; when you no longer need them, remove that directory`;
  return [{ kind: 'damaged', because }];
}

function forgotten(unknown: readonly string[]): readonly StateFinding[] {
  if (unknown.length === 0) return [];
  const more = unknown.length > MAX_NAMED ? ` and ${unknown.length - MAX_NAMED} more` : '';
  const because = `the database has lost ${unknown.length === 1 ? 'a run' : 'runs'} that had attempts: ${unknown.slice(0, MAX_NAMED).join(', ')}${more}. Nothing of ${unknown.length === 1 ? 'it' : 'them'} is started or ended; \`dogwatch doctor\` says what to do`;
  return [{ kind: 'forgotten', because }];
}

function unreadable(rows: readonly string[]): readonly StateFinding[] {
  if (rows.length === 0) return [];
  const more = rows.length > MAX_NAMED ? `; and ${rows.length - MAX_NAMED} more` : '';
  const because = `rows of the database are damaged: ${rows.slice(0, MAX_NAMED).join('; ')}${more}. Nothing of these runs is started or ended, all others go on. An earlier copy of the state repairs it (\`dogwatch restore FILE\`); or end its processes (\`kill\`) and start the job anew under another name`;
  return [{ kind: 'unreadable', because }];
}
