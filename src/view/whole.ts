import { type AccountHold, inWords as holdInWords } from '../core/account/hold.ts';
import { type AccountWindow, isStale } from '../core/account/window.ts';
import { isOver } from '../core/model/run.ts';
import type { ReportedNotice } from '../core/notices/report.ts';
import { sumOfCosts } from '../core/spend/report.ts';
import type { AccountView, HostView, RunFacts, UnreadableRun, View, WindowView } from './model.ts';
import { countsOf, viewsOf } from './runs.ts';

/** What was read of a state, from which the view is made. */
export interface Read {
  readonly runs: readonly RunFacts[];
  readonly unreadable: readonly UnreadableRun[];
  readonly notices: readonly ReportedNotice[];
  readonly accountHolds: readonly AccountHold[];
  readonly accountWindows: readonly AccountWindow[];
  readonly host: HostView;
  /** By run id: the path of the filesystem that it works on. */
  readonly filesystems: ReadonlyMap<string, string>;
  readonly keptAt: string | null;
  readonly leftOut: number;
}

/** What every face says about a state that was read at this moment (ms since the epoch). */
export function viewOf(read: Read, nowWall: number): View {
  const runs = viewsOf(read.runs, { nowWall, notices: read.notices, filesystems: read.filesystems });
  return {
    version: 1,
    at: new Date(nowWall).toISOString(),
    runs,
    counts: countsOf(runs),
    cost: sumOfCosts(runs.map(({ cost }) => cost)),
    unreadable: read.unreadable,
    notices: read.notices,
    accounts: accountsOf(read, nowWall),
    host: read.host,
    keptAt: read.keptAt,
    leftOut: read.leftOut,
  };
}

/** The same view of some of the runs: what is said about others is left out. */
export function only(view: View, isMeant: (run: View['runs'][number]) => boolean): View {
  const runs = view.runs.filter(isMeant);
  const names = new Set(runs.map(({ name }) => name));
  return {
    ...view,
    runs,
    counts: countsOf(runs),
    cost: sumOfCosts(runs.map(({ cost }) => cost)),
    unreadable: [],
    notices: view.notices.filter((notice) => notice.runs.some((name) => names.has(name))),
    accounts: view.accounts.filter(({ account }) => runs.some((run) => run.account === account)),
  };
}

function accountsOf({ runs, accountHolds: held, accountWindows: windows }: Read, nowWall: number): readonly AccountView[] {
  const active = Map.groupBy(
    runs.filter((run) => !isOver(run)),
    ({ account }) => account,
  );
  const names = [...new Set([...active.keys(), ...[...held, ...windows].map(({ account }) => account)])].sort();
  return names.map((account) => ({
    account,
    runs: (active.get(account) ?? []).map(({ name }) => name),
    holds: held
      .filter((hold) => hold.account === account)
      .map((hold) => ({
        kind: hold.kind,
        until: hold.untilWall === null ? null : new Date(hold.untilWall).toISOString(),
        because: holdInWords(hold),
      })),
    windows: windows.filter((window) => window.account === account).map((window) => windowView(window, nowWall)),
  }));
}

/** After its reset a window is unknown, not empty. */
const windowView = (window: AccountWindow, nowWall: number): WindowView => ({
  name: window.name,
  model: window.model?.name ?? null,
  usedPercent: isStale(window, nowWall) ? null : window.usedPercent,
  resetsAt: window.resetsAtWall === null ? null : new Date(window.resetsAtWall).toISOString(),
  seenAt: new Date(window.seenWall).toISOString(),
  extra: window.extra,
});
