import { causeAt } from '../core/model/cause.ts';
import type { RunState } from '../core/model/facts.ts';
import { isOver } from '../core/model/run.ts';
import type { ReportedNotice } from '../core/notices/report.ts';
import { commandsOf } from './commands.ts';
import { GROUPS, type Group, type RunFacts, type RunView, type Sign } from './model.ts';
import { byName } from './name-order.ts';

/** What is known beside the runs at the moment of the look. */
export interface Beside {
  readonly nowWall: number;
  readonly notices: readonly ReportedNotice[];
  /** By run id: the path of the filesystem that it works on. */
  readonly filesystems: ReadonlyMap<string, string>;
}

/** The runs as every face shows them: what needs a person first, in each group by name. */
export function viewsOf(runs: readonly RunFacts[], beside: Beside): readonly RunView[] {
  const about = noticesByRun(beside.notices);
  return runs.map((run) => viewOf(run, about.get(run.name) ?? [], beside)).sort(inOrder);
}

export const countsOf = (runs: readonly Pick<RunView, 'group'>[]): Readonly<Record<Group, number>> =>
  Object.fromEntries(GROUPS.map((group) => [group, runs.filter((run) => run.group === group).length])) as Record<Group, number>;

export const inOrder = (one: Pick<RunView, 'group' | 'name'>, other: Pick<RunView, 'group' | 'name'>): number =>
  GROUPS.indexOf(one.group) - GROUPS.indexOf(other.group) || byName(one.name, other.name);

function noticesByRun(notices: readonly ReportedNotice[]): ReadonlyMap<string, readonly ReportedNotice[]> {
  const about = new Map<string, ReportedNotice[]>();
  for (const notice of notices) for (const name of notice.runs) about.set(name, [...(about.get(name) ?? []), notice]);
  return about;
}

function viewOf(run: RunFacts, notices: readonly ReportedNotice[], { nowWall, filesystems }: Beside): RunView {
  const group = groupOf(run, notices, nowWall);
  const calls = notices.filter(({ state }) => state === 'open').map(({ subject }) => subject);
  return {
    ...run,
    group,
    sign: signOf(run.state, group),
    label: labelOf(run),
    why: whyOf(run),
    commands: commandsOf(run, calls.length > 0),
    calls,
    filesystem: filesystems.get(run.id) ?? null,
  };
}

/** A failed run calls for a person this long, unless it is acknowledged. */
const FAILED_MS = 86_400_000;

function groupOf(run: RunFacts, notices: readonly ReportedNotice[], nowWall: number): Group {
  if (run.needsPerson || run.questions.length > 0 || (!isOver(run) && notices.some(callsAboutRun))) return 'person';
  if (run.state === 'failed') return isUnanswered(run, notices, nowWall) ? 'person' : 'done';
  if (isOver(run)) return 'done';
  // Nobody continues what has no process: its state is of an earlier moment.
  if (pauseOf(run) !== undefined || run.found === 'gone') return 'held';
  return groupOfState(run.state);
}

/** What it is without anything else that may be known about the run. */
export function groupOfState(state: RunState): Group {
  switch (state) {
    case 'escalated':
      return 'person';
    case 'quiet':
      return 'quiet';
    case 'starting':
    case 'working':
      return 'working';
    case 'complete':
    case 'stopped':
    case 'failed':
      return 'done';
    default:
      return 'held';
  }
}

/**
 * A person was called about this run or its account, and has not answered. A reserve lifts itself:
 * its notice only says why runs wait.
 */
function callsAboutRun({ state, cause: key }: ReportedNotice): boolean {
  const cause = causeAt(key);
  return state === 'open' && (cause.about === 'run' || (cause.about === 'account' && !cause.hold.startsWith('reserve')));
}

function isUnanswered({ since }: RunFacts, notices: readonly ReportedNotice[], nowWall: number): boolean {
  if (notices.some(({ state }) => state === 'open')) return true;
  return notices.length === 0 && nowWall - Date.parse(since) < FAILED_MS;
}

const SIGNS: Readonly<Record<Group, Sign>> = { person: '!!', held: '<<', quiet: '..', working: '>>', done: 'ok' };

function signOf(state: RunState, group: Group): Sign {
  if (group !== 'done') return SIGNS[group];
  return state === 'stopped' ? '--' : state === 'failed' ? 'xx' : 'ok';
}

/** The operator's pause counts even while the process is still alive. */
export const pauseOf = (run: RunFacts): RunFacts['holds'][number] | undefined =>
  isOver(run) ? undefined : run.holds.find(({ kind }) => kind === 'operator');

function labelOf(run: RunFacts): string {
  const doubt = isOver(run) ? '' : { lives: '', gone: ' (gone)', unknown: ' (unseen)' }[run.found ?? 'lives'];
  return `${run.state}${pauseOf(run) === undefined ? '' : ' (paused)'}${doubt}`;
}

function whyOf(run: RunFacts): string {
  const pause = pauseOf(run);
  const because = run.found === 'gone' && !isOver(run) ? `its process is gone; before: ${run.because}` : run.because;
  return (pause === undefined || because.includes(pause.because) ? because : `${pause.because}; ${because}`).replace(/[.\s]+$/, '');
}
