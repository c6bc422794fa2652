import { isActive, isOver, type Run } from '../core/model/run.ts';
import { explain } from '../core/report/explain.ts';
import { turnInWords, turnOf } from '../core/report/turn.ts';
import { nextPromptInWords } from '../core/spend/next-prompt.ts';
import { inWords } from '../core/values/duration.ts';
import { readSettings } from '../settings/read.ts';
import { recoversRuns } from '../settings/recovery.ts';
import type { Layout } from '../store/directory/layout.ts';
import { keptEnvironment } from '../store/environment.ts';
import type { Reader } from '../store/reader.ts';
import { withReader } from '../store/with-reader.ts';
import { instant } from '../system/process/clock.ts';
import { redactor } from '../system/text/redact.ts';
import type { RunDetail } from '../view/detail.ts';
import { doneWhen } from '../view/done.ts';
import { journalLine } from '../view/journal.ts';
import type { HostView, RunView, View } from '../view/model.ts';
import { timelineOf } from '../view/timeline.ts';
import { withAgent } from './attempts.ts';
import { lookAtSnapshot, lookWith } from './state.ts';

/** Rows of the run's journal, and of the machine's, that a page shows unless it asks for more. */
const ROWS = 2000;
/** Texts of the model. */
const TEXTS = 3;

export interface Wanted {
  readonly rows?: number;
}

/**
 * Reads one run, by name or id, with its history, or returns null if there is none. Falls back to
 * the watchdog's snapshot, which has no history, if the database cannot be read. Throws StoreError.
 */
export async function lookAtRun(layout: Layout, name: string, wanted: Wanted = {}): Promise<RunDetail | null> {
  try {
    return await withReader(layout, (reader) => lookAtRunWith(layout, reader, name, wanted));
  } catch (error) {
    const view = await lookAtSnapshot(layout, error);
    const run = view.runs.find((one) => one.name === name || one.id === name);
    if (run === undefined) return null;
    const axis = { startedAt: run.startedAt, nowWall: Date.parse(view.at), cwd: run.cwd, isWhole: false, isActive: true };
    return {
      ...partOf(view, run),
      command: [],
      doneWhen: [],
      explanation: `${run.name} was ${run.state}: ${run.why}.`,
      nextResume: null,
      said: [],
      timeline: timelineOf([], [], axis),
      journal: [],
    };
  }
}

/** The same with this reader. */
async function lookAtRunWith(layout: Layout, reader: Reader, name: string, { rows: limit = ROWS }: Wanted = {}): Promise<RunDetail | null> {
  const run = reader.run(name);
  if (run === null) return null;
  const view = await lookWith(layout, reader, () => [run]);
  const [shown] = view.runs;
  if (shown === undefined) throw new Error(`expected the run ${run.id} in its own view`);
  const rows = reader.history(run.id, { limit });
  const axis = {
    startedAt: shown.startedAt,
    nowWall: Date.parse(view.at),
    cwd: run.spec.cwd,
    isWhole: rows[0] === undefined || rows[0].from === null,
    isActive: isActive(run),
  };
  return {
    ...partOf(view, shown),
    command: withoutSecrets(layout, run),
    doneWhen: doneWhen(run.spec),
    explanation: explanationOf(withAgent(layout, run), shown, view.host),
    nextResume: isOver(run) ? null : nextPromptInWords(run, instant().wall, run.spec.policy.freshAboveTokens),
    said: await saidBy(layout, run),
    timeline: timelineOf(rows, reader.hostHistory(limit), { ...axis, spend: reader.spend({ run: run.id }) }),
    journal: rows.map(journalLine),
  };
}

const partOf = ({ at, host, notices, accounts, keptAt, leftOut }: View, run: RunDetail['run']) => ({
  version: 1 as const,
  at,
  run,
  host,
  notices: notices.filter(({ runs }) => runs.includes(run.name)),
  accounts: accounts.filter(({ account }) => account === run.account),
  keptAt,
  leftOut,
});

/** A command line may name a key. */
function withoutSecrets(layout: Layout, { spec }: Run): readonly string[] {
  return spec.command.map(redactor(process.env, keptEnvironment(layout, spec.environmentFile) ?? {}));
}

/** Why it is (not) running, whose turn it is, and whether anybody looks, in one paragraph. */
function explanationOf(run: Run, { found }: RunView, { watchdog, unwatchedMs }: HostView): string {
  const now = instant();
  if (!isActive(run)) return explain(run, now);
  const asOf = unwatchedMs === null ? '' : `, and this is the state of ${inWords(unwatchedMs)} ago`;
  const holder =
    watchdog === null
      ? `But no watchdog is alive, so nothing happens${asOf}. \`dogwatch watch\` or the next \`dogwatch supervise\` starts one.`
      : `The watchdog (process ${watchdog.pid}) holds the lease.`;
  const turn = turnInWords(turnOf(run, recoversRuns(readSettings(process.env).settings)), now.wall);
  return [explain(run, now, found ?? 'lives'), turn, holder].filter((sentence) => sentence !== '').join(' ');
}

/** The agent modules are loaded only for this. */
async function saidBy(layout: Layout, run: Run): Promise<readonly string[]> {
  const [{ lastWords }, { agentFor }] = await Promise.all([import('../effects/last-words.ts'), import('../agents/registry.ts')]);
  try {
    return lastWords(run, layout, agentFor(run.spec.agent), TEXTS);
  } catch {
    // A log that cannot be read hides what was said, and nothing else.
    return [];
  }
}
