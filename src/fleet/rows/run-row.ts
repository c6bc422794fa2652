import { isOver, type Run } from '../../core/model/run.ts';
import type { ReportedNotice } from '../../core/notices/report.ts';
import { factsOf } from '../../view/facts.ts';
import type { RunView } from '../../view/model.ts';
import { viewsOf } from '../../view/runs.ts';
import { fitted } from './fitted.ts';

/** With its number and its signature a row has room in 16 KiB. */
const MOST_BYTES = 15 * 1024;
/** A run that ended longer ago is left to the host itself. */
const KEPT_MS = 7 * 86_400_000;

/** What a row says besides the run itself. */
export interface Around {
  readonly notices: readonly ReportedNotice[];
  readonly nowWall: number;
  /** An agent is configured that mends handed-off runs. */
  readonly recovers: boolean;
  /** Takes secrets and escapes out of a text. */
  readonly clean: (text: string) => string;
}

/** A run as its fleet sees it: as `status --json` prints it, or null if it ended long ago. */
export function runDocument(run: Run, { notices, nowWall, recovers, clean }: Around): string | null {
  if (isOver(run) && nowWall - run.since.wall > KEPT_MS) return null;
  const [view] = viewsOf([factsOf(run, null, recovers)], { nowWall, notices, filesystems: new Map() });
  return view === undefined ? null : fitted(cleaned(view, clean), MOST_BYTES);
}

/** No secret is shorter. */
const SHORTEST = 8;

/** Numbers, names and dates that dogwatch made itself need no cleaning, and stay as they are. */
const OWN: ReadonlySet<string> = new Set<keyof RunView>(['id', 'name', 'state', 'group', 'sign']);

const cleaned = (view: RunView, clean: (text: string) => string): object =>
  JSON.parse(JSON.stringify(view), (key, value: unknown) =>
    typeof value === 'string' && value.length >= SHORTEST && !OWN.has(key) && !DATE.test(value) ? clean(value) : value,
  ) as object;

const DATE = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
