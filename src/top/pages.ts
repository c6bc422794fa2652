import { cardOf, type Fact, longCardOf } from '../view/card.ts';
import { readable, timeOf } from '../view/clock.ts';
import type { RunDetail } from '../view/detail.ts';
import type { RunView } from '../view/model.ts';
import { pad, wrap } from '../view/width.ts';
import { axisOf } from './axis.ts';
import { clean, type Line, line, type Pen } from './pen.ts';
import type { Model } from './state.ts';

/** The history on a run's page; `explain` and `history` have the rest. */
const MOST_ROWS = 200;
const LAST_LOG_LINES = 5;

/** Facts above the axis: why, and what comes next. */
const FIRST = ['why', 'cause', 'said', 'next', 'held', 'filled'];

/**
 * One run: why, its attempts and waits on one axis of time, all that is known, and its decisions.
 */
export function runPage(run: RunView, { view, detail, log }: Model, pen: Pen, width: number): readonly Line[] {
  const facts = cardOf(run, view, pen.clock).filter(({ label }) => label !== 'state' && label !== 'do');
  const known = detail?.run.id === run.id ? detail : null;
  const aim = known === null || known.doneWhen.length === 0 ? [] : [{ label: 'done', lines: [`when ${known.doneWhen.join(', or ')}`] }];
  const part = (isFirst: boolean, more: readonly Fact[]) =>
    factLines([...facts.filter(({ label }) => FIRST.includes(label) === isFirst), ...more], pen, width);
  return [
    ...part(true, aim),
    line(''),
    ...(known === null ? [line('reading its history ...', 'faint')] : axisOf(known.timeline, pen, width)),
    line(''),
    ...part(false, []),
    ...(log.length === 0
      ? []
      : [line(''), line('log', 'strong'), ...log.slice(-LAST_LOG_LINES).flatMap((text) => indented(text, pen, width))]),
    ...(known === null ? [] : history(known, pen, width)),
  ];
}

function history({ journal, timeline }: RunDetail, pen: Pen, width: number): readonly Line[] {
  const rows = [...journal].reverse().slice(0, MOST_ROWS);
  return [
    line(''),
    line(
      `what happened, newest first${timeline.isWhole && rows.length === journal.length ? '' : ' (all of it: dogwatch history)'}`,
      'strong',
    ),
    ...rows.flatMap(({ seq, at, because, happened, decided }) => {
      const what = [...happened, readable(pen.clock, because)].join('; ');
      return indented(`${timeOf(pen.clock, at)}  #${seq}  ${what}${decided.length === 0 ? '' : ` → ${decided.join(', ')}`}`, pen, width);
    }),
  ];
}

/** Why it is or is not running, whole. */
export function explainPage(run: RunView, { view, detail }: Model, pen: Pen, width: number): readonly Line[] {
  const facts = detail?.run.id === run.id ? longCardOf(detail, pen.clock) : cardOf(run, view, pen.clock);
  return factLines(facts, pen, width);
}

/** What it printed, in all attempts. */
export const logPage = ({ log }: Model, pen: Pen, width: number): readonly Line[] =>
  log.length === 0
    ? [line('it has printed nothing so far', 'faint')]
    : log.flatMap((text) => wrap(clean(pen, text), width).map((one) => line(one)));

const HELP: readonly (readonly [string, string])[] = [
  ['j k', 'or the arrows: down, up; space and page keys: a page; g G: to the first, the last'],
  ['Enter', "the run's page: attempts, waits, milestones and disk on one axis of time"],
  ['l', 'what it prints, across attempts; G follows it again'],
  ['e', 'why it is or is not running, and what comes next'],
  ['/', 'find runs by name or state; Esc shows all again'],
  ['Esc', 'back'],
  ['q', 'quit; Ctrl-Z suspends'],
  ['', ''],
  ['a', 'acknowledge: no more reminders'],
  ['p', 'pause, or let dogwatch look after it again'],
  ['r', 'resume now, with a new budget'],
  ['x', 'stop; asks for its name'],
  ['', 'These say what they will do and ask. Only y is yes; Enter is no. Pasted text does nothing.'],
  ['', ''],
  ['!!', 'needs a person'],
  ['<<', 'held or waiting'],
  ['..', 'quiet'],
  ['>>', 'working'],
  ['ok', 'complete; -- stopped, xx failed'],
  ['', ''],
  ['', 'The screen is redrawn when something changes, and each minute. dogwatch help faces has more.'],
];

export const helpPage = (pen: Pen, width: number): readonly Line[] =>
  HELP.flatMap(([key, text]) =>
    wrap(clean(pen, text), Math.max(8, width - 7)).map((one, index) => line(`${pad(index === 0 ? key : '', 5)}  ${one}`.trimEnd())),
  );

/** Facts with their labels, wrapped and never cut. */
export function factLines(facts: readonly Fact[], pen: Pen, width: number): readonly Line[] {
  const label = Math.max(4, ...facts.map((fact) => fact.label.length));
  const room = Math.max(8, width - label - 2);
  return facts.flatMap((fact) =>
    fact.lines
      .flatMap((text) => wrap(clean(pen, text), room))
      .map((text, index) => line(`${pad(index === 0 ? fact.label : '', label)}  ${text}`.trimEnd())),
  );
}

function indented(text: string, pen: Pen, width: number): readonly Line[] {
  return wrap(clean(pen, text), Math.max(8, width - 2)).map((one, index) => line(index === 0 ? one : `  ${one}`));
}
