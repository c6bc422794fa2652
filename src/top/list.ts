import { costInShort } from '../core/spend/report.ts';
import { readable, span } from '../view/clock.ts';
import type { RunView } from '../view/model.ts';
import { columnsOf, pad } from '../view/width.ts';
import { stepInWords } from '../view/words.ts';
import { clean, type Line, type Look, line, type Pen, within } from './pen.ts';

interface Column {
  readonly heading: string;
  readonly cell: (run: RunView) => string;
  readonly width: number;
  /** Which goes first when there is no room; null if it never goes. */
  readonly rank: number | null;
}

const GAP = 2;
/** The last column is not squeezed below this while another can go. */
const LEAST_LAST = 36;

/**
 * The runs that there is room for, around the chosen one; one that needs a person is always there.
 */
export function listOf(runs: readonly RunView[], chosen: RunView | null, pen: Pen, width: number, rows: number): readonly Line[] {
  const hasHeading = rows >= 4;
  const columns = columnsFor(runs, pen, width);
  const used = columns.reduce((sum, one) => sum + one.width + GAP, 0);
  const heading = columns.map((one) => pad(one.heading, one.width)).join(' '.repeat(GAP));
  const room = rows - (hasHeading ? 1 : 0);
  const shown = visible(runs, chosen, room);
  return [
    ...(hasHeading ? [line(within(pen, `${heading}${' '.repeat(GAP)}NOW AND NEXT`, width), 'faint')] : []),
    ...shown.map((run) => {
      const cells = columns.map(({ cell, width: most }) => pad(within(pen, cell(run), most), most)).join(' '.repeat(GAP));
      const last = clean(pen, `${readable(pen.clock, run.why)}; next: ${stepInWords(run.next, pen.clock)}`);
      return line(
        within(pen, `${cells}${' '.repeat(GAP)}${within(pen, last, Math.max(0, width - used))}`.trimEnd(), width),
        lookOf(run, run === chosen),
      );
    }),
  ];
}

function visible(runs: readonly RunView[], chosen: RunView | null, room: number): readonly RunView[] {
  if (runs.length <= room) return runs;
  const at = chosen === null ? 0 : Math.max(0, runs.indexOf(chosen));
  const from = Math.min(Math.max(0, at - Math.floor(room / 2)), runs.length - room);
  const window = runs.slice(from, from + room);
  const first = runs[0];
  if (from === 0 || first?.group !== 'person' || window.some(({ group }) => group === 'person')) return window;
  const rest = window.indexOf(chosen as RunView) === 0 ? window.slice(0, -1) : window.slice(1);
  return room < 2 ? window : [first, ...rest];
}

const LOOKS: Readonly<Record<RunView['group'], Look>> = {
  person: 'person',
  held: 'waits',
  quiet: 'waits',
  working: 'plain',
  done: 'faint',
};

function lookOf({ group }: RunView, isChosen: boolean): Look {
  if (!isChosen) return LOOKS[group];
  return group === 'person' ? 'chosen-person' : 'chosen';
}

function columnsFor(runs: readonly RunView[], pen: Pen, width: number): readonly Column[] {
  const { clock } = pen;
  const column = (heading: string, rank: number | null, cell: (run: RunView) => string, most = Number.POSITIVE_INFINITY): Column => ({
    heading,
    rank,
    cell,
    width: Math.min(
      most,
      runs.reduce((widest, run) => Math.max(widest, columnsOf(cell(run))), heading.length),
    ),
  });
  const some = (says: (run: RunView) => boolean, one: () => Column) => (runs.some(says) ? [one()] : []);
  const all = [
    column('', null, ({ sign }) => sign),
    column('RUN', null, ({ name }) => clean(pen, name), Math.max(12, Math.floor(width / 4))),
    column('STATE', null, ({ label }) => label, width < 60 ? 12 : 24),
    ...some(
      ({ resumesWithoutProgress }) => resumesWithoutProgress > 0,
      () => column('RESUMES', 2, (run) => (run.resumesWithoutProgress === 0 ? '' : `${run.resumesWithoutProgress}/${run.maxResumes}`)),
    ),
    ...some(
      ({ cost }) => cost.usd !== null,
      () => column('COST', 1, ({ cost }) => costInShort(cost)),
    ),
    ...some(
      ({ lastActivityAt }) => lastActivityAt !== null,
      () =>
        column('SEEN', 3, ({ lastActivityAt }) =>
          lastActivityAt === null ? '' : span(Math.max(0, clock.nowWall - Date.parse(lastActivityAt))),
        ),
    ),
  ];
  return fitting(all, width);
}

function fitting(columns: readonly Column[], width: number): readonly Column[] {
  const used = columns.reduce((sum, one) => sum + one.width + GAP, 0);
  const ranks = columns.flatMap(({ rank }) => rank ?? []);
  if (width - used >= LEAST_LAST || ranks.length === 0) return columns;
  const first = Math.min(...ranks);
  return fitting(
    columns.filter(({ rank }) => rank !== first),
    width,
  );
}
