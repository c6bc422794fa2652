import { costInShort } from '../../core/spend/report.ts';
import { distance, readable, when } from '../../view/clock.ts';
import type { RunView } from '../../view/model.ts';
import { columnsOf, cut, pad, wrap } from '../../view/width.ts';
import { stateFormat } from '../terminal/colors.ts';
import { clean, type Paper } from './paper.ts';

/** The reason is never squeezed below this: other columns go first. */
const LEAST_BECAUSE = 40;
const GAP = 2;
/** What says little goes as soon as the reason would have less than this. */
const GOOD_BECAUSE = 60;
const LITTLE_RANK = 2;
/** A reason on lines of its own takes at most this many. */
const MOST_LINES = 2;
const LEAST_NAME = 8;

interface Column {
  readonly heading: string;
  readonly cells: readonly string[];
  /** The same with less, for when there is no room. */
  readonly short?: readonly string[];
  /** Which goes first when there is no room; null if it never goes. */
  readonly rank: number | null;
}

/** The runs, one a row; without a heading for what no run has anything to say about. */
export function tableOf(runs: readonly RunView[], paper: Paper): string[] {
  const because = runs.map((run) => clean(readable(paper.clock, run.why)));
  const columns = columnsFor(runs, paper);
  if (paper.columns === null)
    return rows(
      columns,
      runs,
      because.map((text) => [text]),
      paper,
      'BECAUSE',
    );
  const telling = fitting(columns, paper.columns - GOOD_BECAUSE - GAP, LITTLE_RANK);
  const shown = fitting(telling, paper.columns - LEAST_BECAUSE - GAP);
  const room = paper.columns - widthOf(shown) - GAP;
  if (room >= LEAST_BECAUSE)
    return rows(
      shown,
      runs,
      because.map((text) => [cut(text, room, paper.mark)]),
      paper,
      'BECAUSE',
    );
  return stacked(columns, runs, because, paper, paper.columns);
}

/** Long names: the reason stands below its row, and the row has room for more columns again. */
function stacked(columns: readonly Column[], runs: readonly RunView[], because: readonly string[], paper: Paper, width: number): string[] {
  const shown = narrowed(fitting(columns, width), width, paper);
  const indent = ' '.repeat(Math.min(4, Math.max(0, width - LEAST_NAME)));
  const [heading = '', ...lines] = rows(
    shown,
    runs,
    runs.map(() => []),
    paper,
    null,
  );
  return [
    heading,
    ...lines.flatMap((line, index) => [line, ...below(because[index] ?? '', width - indent.length, paper).map((text) => indent + text)]),
  ];
}

function below(text: string, room: number, { mark }: Paper): readonly string[] {
  const lines = wrap(text, room);
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES - 1), cut(lines.slice(MOST_LINES - 1).join(' '), room, mark)];
}

function columnsFor(runs: readonly RunView[], { clock, columns }: Paper): readonly Column[] {
  const column = (heading: string, rank: number | null, cell: (run: RunView) => string): Column => ({
    heading,
    rank,
    cells: runs.map(cell),
  });
  const says = ({ rank, cells }: Column) => rank === null || cells.some((cell) => cell !== '-');
  return [
    // A sign is for eyes; programs find the name first in each line.
    ...(columns === null ? [] : [column('', null, ({ sign }) => sign)]),
    column('NAME', null, ({ name }) => clean(name)),
    column('STATE', null, ({ label }) => label),
    column('ATTEMPT', 2, ({ attempts }) => (attempts < 2 ? '-' : String(attempts))),
    // Used and allowed resumes without progress.
    column('RESUMES', 4, (run) => (run.resumesWithoutProgress === 0 ? '-' : `${run.resumesWithoutProgress}/${run.maxResumes}`)),
    column('PID', 1, ({ pid }) => (pid === null ? '-' : String(pid))),
    column('COST', 3, ({ cost }) => costInShort(cost)),
    column('ACTIVE', 5, ({ lastActivityAt }) => (lastActivityAt === null ? '-' : distance(clock, lastActivityAt))),
    {
      ...column(columns === null ? `NEXT (${clock.zone})` : 'NEXT', 6, ({ group, next }) =>
        next.at === null || group === 'done' ? '-' : when(clock, next.at),
      ),
      short: runs.map(({ group, next }) => (next.at === null || group === 'done' ? '-' : distance(clock, next.at))),
    },
  ].filter(says);
}

const widthOf = (columns: readonly Column[]): number => columns.reduce((sum, one) => sum + cellWidth(one) + GAP, -GAP);

const cellWidth = ({ heading, cells }: Column): number => cells.reduce((most, cell) => Math.max(most, columnsOf(cell)), columnsOf(heading));

/**
 * The columns that fit into this width: shortened first, then without those that go first. Those of
 * a higher rank than `most` stay.
 */
function fitting(columns: readonly Column[], width: number, most = Number.POSITIVE_INFINITY): readonly Column[] {
  if (widthOf(columns) <= width) return columns;
  if (most === Number.POSITIVE_INFINITY && columns.some(({ short }) => short !== undefined))
    return fitting(
      columns.map(({ heading, cells, rank, short }) => ({ heading, rank, cells: short ?? cells })),
      width,
    );
  const ranks = columns.flatMap(({ rank }) => (rank === null || rank > most ? [] : rank));
  if (ranks.length === 0) return columns;
  const first = Math.min(...ranks);
  return fitting(
    columns.filter(({ rank }) => rank !== first),
    width,
    most,
  );
}

/** Names that are too long even alone are cut. */
function narrowed(columns: readonly Column[], width: number, { mark }: Paper): readonly Column[] {
  const tooMuch = widthOf(columns) - width;
  if (tooMuch <= 0) return columns;
  return columns.map((one) => {
    if (one.heading !== 'NAME') return one;
    const most = Math.max(LEAST_NAME, cellWidth(one) - tooMuch);
    return { ...one, cells: one.cells.map((cell) => cut(cell, most, mark)) };
  });
}

/** `last`: the heading of the last column, which is not padded, or null if there is none. */
function rows(
  columns: readonly Column[],
  runs: readonly RunView[],
  tails: readonly (readonly string[])[],
  paper: Paper,
  last: string | null,
): string[] {
  const widths = columns.map(cellWidth);
  const gap = ' '.repeat(GAP);
  const line = (cells: readonly string[], painted: (cell: string, index: number) => string) => {
    const text = cells.map((cell, index) => painted(pad(cell, widths[index] ?? 0), index)).join(gap);
    return text.trimEnd();
  };
  const isShort = (text: string) => paper.columns === null || columnsOf(text) <= paper.columns;
  const finish = (text: string, plain: string) => (isShort(plain) ? text : cut(plain, paper.columns ?? 0, paper.mark));
  const headings = line([...columns.map(({ heading }) => heading), ...(last === null ? [] : [last])], (cell) => cell);
  return [
    paper.paint('dim', finish(headings, headings)),
    ...runs.map((run, row) => {
      const cells = [...columns.map(({ cells: all }) => all[row] ?? ''), ...(tails[row] ?? [])];
      const format = stateFormat(run.state);
      const painted = (cell: string, index: number) => {
        const isState = columns[index]?.heading === 'STATE' || columns[index]?.heading === '';
        return isState ? cell.replace(cell.trimEnd(), (word) => paper.paint(formatOf(run, format), word)) : cell;
      };
      return finish(
        line(cells, painted),
        line(cells, (cell) => cell),
      );
    }),
  ];
}

/** What needs a person stands out without colours too. */
const formatOf = ({ group }: RunView, format: ReturnType<typeof stateFormat>): Parameters<Paper['paint']>[0] =>
  group === 'person' ? ['bold', 'red'] : format;
