import * as z from 'zod/mini';
import { type RunState, STATES } from '../../core/model/states.ts';
import { sumOfCosts } from '../../core/spend/report.ts';
import type { RunFacts, RunView, UnreadableRun, View } from '../../view/model.ts';
import { countsOf, inOrder, viewsOf } from '../../view/runs.ts';
import { farRun, farView } from './far-view.ts';

type FarRun = z.infer<typeof farRun>;

/** What a state was read from. `hasClock`: its own clock said when. */
export interface Understood {
  readonly view: View;
  readonly hasClock: boolean;
}

/** Whether this is what `status --json` prints, of whatever version. */
export const isStatus = (value: object): boolean => 'runs' in value && Array.isArray(value.runs);

/** The version of the vocabulary, if it is one that this program does not know. Else null. */
export const newerVersion = (value: object): number | null =>
  'version' in value && typeof value.version === 'number' && value.version > 1 ? value.version : null;

/**
 * The view that a status from another host is. `clean` makes each of its texts safe to show;
 * `nowWall` is its time if it has none. Throws if the value is nested too deep.
 */
export function understood(value: object, clean: (text: string) => string, nowWall: number): Understood {
  const far = z.parse(farView, everyText(value, remembered(clean)));
  const at = far.at ?? new Date(nowWall).toISOString();
  const parsed = far.runs.map((run) => ({ run, result: z.safeParse(farRun, run) }));
  const notices = far.notices as unknown as View['notices'];
  const runs = parsed.flatMap(({ result }) => (result.success ? [viewOf(result.data, at, notices)] : [])).sort(inOrder);
  const unread = parsed.flatMap(({ run, result }) => (result.success ? [] : [unreadable(run)]));
  const { host, at: _, ...said } = far;
  const view = {
    version: 1,
    at,
    ...said,
    runs,
    counts: countsOf(runs),
    cost: sumOfCosts(runs.map((run) => run.cost)),
    unreadable: [...far.unreadable, ...unread],
    host: { ...host, condition: host.condition ?? (host.watchdog === null ? 'none' : 'alive') },
  };
  return { view: view as unknown as View, hasClock: far.at !== null };
}

/**
 * An older version says less of a run: what it lacks is derived as this version does. A state of a
 * newer one is a label of a run that rests.
 */
function viewOf(run: FarRun, at: string, notices: View['notices']): RunView {
  const startedAt = run.startedAt ?? at;
  const state: RunState = Object.hasOwn(STATES, run.state) ? (run.state as RunState) : 'held';
  const facts = {
    ...run,
    state,
    startedAt,
    since: run.since ?? startedAt,
    turn: run.turn ?? { who: null, until: null, next: null, when: '' },
    next: run.next ?? {
      what: run.nextAttemptAt === null ? 'not known' : 'it is tried again',
      at: run.nextAttemptAt,
      bound: 'at',
      by: null,
    },
    needsPerson: run.needsPerson || state === 'escalated',
  } as unknown as RunFacts;
  const [derived] = viewsOf([facts], { nowWall: Date.parse(at), notices, filesystems: new Map() });
  if (derived === undefined) throw new Error('one run has one view');
  const { group, sign, why, commands } = run;
  const label = run.label ?? (state === run.state ? null : run.state);
  const said = Object.fromEntries(Object.entries({ group, sign, label, why }).filter(([, fact]) => fact !== null));
  return { ...derived, ...said, commands: group === null ? derived.commands : commands, filesystem: run.filesystem };
}

const unreadable = (run: unknown): UnreadableRun => {
  const { id, name, state } = z.parse(named, run);
  return { id, name, state };
};
const part = z.catch(z.string(), '?');
const named = z.catch(z.object({ id: part, name: part, state: part }), { id: '?', name: '?', state: '?' });

/** Keys and words are the same in each run. */
function remembered(change: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const changed = known.get(text) ?? change(text);
    known.set(text, changed);
    return changed;
  };
}

/** The same value with each text in it changed, those of its keys too. */
function everyText(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((one) => everyText(one, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [change(key), everyText(one, change)]));
}
