import { isOver } from '../../core/model/run.ts';
import { costInShort } from '../../core/spend/report.ts';
import { cardOf, type Fact } from '../../view/card.ts';
import { nowInZone } from '../../view/clock.ts';
import type { RunView, View } from '../../view/model.ts';
import { cut, pad, wrap } from '../../view/width.ts';
import { countsInWords, doubtsOf, noticeInWords, pulseOf, type Remedies, shortageOf } from '../../view/words.ts';
import { clean, type Paper } from './paper.ts';
import { tableOf } from './table.ts';

/** Runs that ended longer ago are shown only with --all. */
const OLD_MS = 86_400_000;
/** More blocks than this would push the table off the screen. */
const MOST_BLOCKS = 3;
/** What a block says of a run that needs a person. */
const IN_BLOCK = ['why', 'cause', 'said', 'filled', 'do'];

/** What is wrong beside the runs: shown first, and on stderr too if nobody sees this at once. */
export const warningsOf = (
  view: Pick<View, 'host' | 'runs' | 'keptAt' | 'leftOut'>,
  { clock }: Paper,
  remedies?: Remedies,
): readonly string[] => [...doubtsOf(view, clock, remedies), ...view.host.filesystems.flatMap((one) => shortageOf(one, clock) ?? [])];

/** Whether only --all shows it. */
export const endedLongAgo = (run: RunView, { clock }: Paper): boolean =>
  isOver(run) && run.group === 'done' && clock.nowWall - Date.parse(run.since) >= OLD_MS;

/** All runs at a glance. `isAll` includes runs that ended long ago. */
export function pageOf(view: View, paper: Paper, isAll: boolean): string[] {
  const isTerminal = paper.columns !== null;
  const shown = isAll ? view.runs : view.runs.filter((run) => !endedLongAgo(run, paper));
  const hidden = view.runs.length - shown.length;
  return [
    ...warningsOf(view, paper).flatMap((text) => warning(text, paper)),
    ...(isTerminal ? summary(view, paper) : []),
    ...(shown.length === 0 ? [] : tableOf(shown, paper)),
    ...hiddenInWords(hidden, paper),
    ...(isTerminal ? blocks(ofPerson(view), paper, '`dogwatch status RUN` says what each needs') : []),
    ...view.unreadable.flatMap(({ name, id, state }) =>
      labelled(
        'UNREADABLE',
        'red',
        `${name} (${id}), which was ${state}: its row in the database is damaged, so dogwatch does nothing about it; see \`dogwatch doctor\``,
        paper,
      ),
    ),
    ...view.notices.flatMap((notice) => labelled('NOTICE', 'yellow', noticeInWords(notice, paper.clock), paper)),
  ];
}

/** One run, or several, as facts on lines of their own. */
export const cardsOf = (view: View, paper: Paper): string[] => [
  ...warningsOf(view, paper).flatMap((text) => warning(text, paper)),
  ...view.runs.flatMap((run, index) => [
    ...(index === 0 ? [] : ['']),
    ...cardLines(run.name, cardOf(run, view, paper.clock), paper, index === 0),
  ]),
];

/** A name, and its facts below it: wrapped, never cut. */
export function cardLines(name: string, facts: readonly Fact[], paper: Paper, isFirst = true): string[] {
  const { clock, paint } = paper;
  const label = Math.max(...facts.map((fact) => fact.label.length));
  const indent = label + 4;
  const room = paper.columns === null ? Number.POSITIVE_INFINITY : Math.max(1, paper.columns - indent);
  // The zone is named once.
  const now = isFirst ? `   (${nowInZone(clock)})` : '';
  const first = clean(`${name}${now}`);
  return [
    ...lines(first, paper).map((line) => paint('bold', line)),
    ...facts.flatMap((fact) => {
      const texts = fact.lines.flatMap((line) => wrapped(clean(line), room));
      return texts.map((text, index) => `  ${paint('dim', pad(index === 0 ? fact.label : '', label))}  ${text}`.trimEnd());
    }),
  ];
}

/** One fact a line, for screen readers and for `grep`: no columns, no signs, no colours. */
export const plainOf = (view: View, paper: Paper): string[] => [
  ...warningsOf(view, paper).map((text) => `warning: ${clean(text)}`),
  `summary: ${countsInWords(view)}; ${pulseOf(view, paper.clock)}; times are ${paper.clock.zone}`,
  ...view.runs.flatMap((run) => [
    `run: ${clean(run.name)}`,
    ...cardOf(run, view, paper.clock).flatMap(({ label, lines: all }) => all.map((line) => `${label}: ${clean(line)}`)),
  ]),
  ...view.notices.filter(({ runs }) => runs.length === 0).map((notice) => `notice: ${clean(noticeInWords(notice, paper.clock))}`),
];

const wrapped = (text: string, room: number): readonly string[] => (room === Number.POSITIVE_INFINITY ? [text] : wrap(text, room));

export const lines = (text: string, { columns }: Paper): readonly string[] => (columns === null ? [text] : wrap(text, columns));

/** What is wrong, in lines that stand out. */
export const warning = (text: string, paper: Paper): string[] => {
  const [first = '', ...rest] = lines(`dogwatch: ${clean(text)}`, paper);
  return [paper.paint(['bold', 'red'], first), ...rest.map((line) => paper.paint('red', line))];
};

export function labelled(label: string, format: 'red' | 'yellow', text: string, paper: Paper): string[] {
  const whole = lines(`${label}  ${clean(text)}`, paper);
  return whole.map((line, index) => (index === 0 ? line.replace(label, paper.paint(format, label)) : line));
}

/** The counts and the time with its zone, and below them whether this can be trusted. */
function summary(view: View, paper: Paper): string[] {
  const { clock, columns, mark, paint } = paper;
  const counts = countsInWords(view) + (view.cost.usd === null ? '' : `; ${costInShort(view.cost)} in all`);
  return [...headline(counts, paper), paint('dim', cut(pulseOf(view, clock), columns ?? 0, mark))];
}

/** A line that ends with the time and its zone, where there is room. */
export function headline(counts: string, paper: Paper): string[] {
  const now = nowInZone(paper.clock);
  const gap = (paper.columns ?? 0) - counts.length - now.length;
  const whole = gap < 2 ? lines(`${counts}  ${now}`, paper) : [`${counts}${' '.repeat(gap)}${now}`];
  return whole.map((line) => paper.paint('bold', line));
}

export const hiddenInWords = (hidden: number, paper: Paper): string[] =>
  hidden === 0 ? [] : lines(`${hidden} ended more than a day ago: --all shows them`, paper).map((line) => paper.paint('dim', line));

/** A run that needs a person, in the view that says so. */
export interface Needy {
  readonly run: RunView;
  readonly view: View;
}

/** The runs of a view that need a person. */
export const ofPerson = (view: View, runs = view.runs): readonly Needy[] =>
  runs.filter(({ group }) => group === 'person').map((run) => ({ run, view }));

/**
 * The facts of those that need a person, each ending with what to type. `rest` says where those are
 * found for which there is no room.
 */
export function blocks(needy: readonly Needy[], paper: Paper, rest: string): string[] {
  const more = needy.length - MOST_BLOCKS;
  return [
    ...needy.slice(0, MOST_BLOCKS).flatMap(({ run, view }) => {
      const facts = cardOf(run, view, paper.clock).filter(({ label }) => IN_BLOCK.includes(label));
      return ['', ...cardLines(run.name, facts, paper, false)];
    }),
    ...(more > 0 ? lines(`${more} more: ${rest}`, paper) : []),
  ];
}
