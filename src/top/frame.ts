import { actsOf } from '../view/acts.ts';
import { cardOf } from '../view/card.ts';
import type { RunView, View } from '../view/model.ts';
import { columnsOf, wrap } from '../view/width.ts';
import { brief } from '../view/words.ts';
import { headOf } from './head.ts';
import { listOf } from './list.ts';
import { explainPage, factLines, helpPage, logPage, runPage } from './pages.ts';
import { clean, joined, type Line, line, type Pen, spread, within } from './pen.ts';
import { type Ask, chosenRun, listed, type Model, pageOf, type State } from './state.ts';

/** A smaller screen shows what `status --line` says. */
const LEAST_WIDTH = 40;
const LEAST_HEIGHT = 8;

export interface Frame {
  /** At most as many as the screen has rows, none wider than it. */
  readonly lines: readonly Line[];
  /** How far this page is scrolled: not beyond its end. */
  readonly scroll: number;
  /** How many lines a page key moves by. */
  readonly page: number;
}

/** The screen. */
export function frame(state: State, model: Model, pen: Pen, width: number, height: number): Frame {
  const foot = footOf(state, model, pen, width, height);
  if (width < LEAST_WIDTH || height < LEAST_HEIGHT) return tiny(state, model, pen, width, height, foot);
  const head = headOf(model.view, pen, width, height);
  const room = height - head.length - foot.length;
  const page = pageOf(state);
  const run = chosenRun(model, state);
  if (page === 'list') return list(state, model, pen, width, height, head, foot);
  const title = page === 'help' || run === null ? 'keys' : titleOf(run, page === 'run' ? '' : page);
  const body = bodyOf(state, model, run, pen, width);
  const rows = Math.max(1, room - 1);
  const most = Math.max(0, body.length - rows);
  const scroll = Math.min(state.scroll, most);
  const from = page === 'log' ? most - scroll : scroll;
  const where = body.length <= rows ? '' : `${from + 1}-${Math.min(body.length, from + rows)} of ${body.length}`;
  const shown = body.slice(from, from + rows).map(({ text, look }) => line(within(pen, text, width), look));
  const lines = [...head, rule(pen, title, where, width), ...shown];
  return { lines: [...filled(lines, height - foot.length), ...foot], scroll, page: rows };
}

function bodyOf(state: State, model: Model, run: RunView | null, pen: Pen, width: number): readonly Line[] {
  const page = pageOf(state);
  if (page === 'help' || run === null) return helpPage(pen, width);
  if (page === 'log') return logPage(model, pen, width);
  return page === 'explain' ? explainPage(run, model, pen, width) : runPage(run, model, pen, width);
}

function list(state: State, model: Model, pen: Pen, width: number, height: number, head: readonly Line[], foot: readonly Line[]): Frame {
  const runs = listed(model, state);
  const run = chosenRun(model, state);
  const room = height - head.length - foot.length;
  if (run === null) {
    const lines = state.find === '' ? nothing(model.view) : [`no run matches "${state.find}"`];
    const texts = lines.flatMap((text) => wrap(clean(pen, text), width)).slice(0, room);
    return { lines: [...filled([...head, ...texts.map((text) => line(text))], height - foot.length), ...foot], scroll: 0, page: room };
  }
  const pane = paneOf(run, model.view, pen, width, Math.min(10, Math.floor(room / 2)));
  const gap = room - pane.length >= 6 ? [line('')] : [];
  const rows = room - pane.length - gap.length;
  const lines = [...head, ...gap, ...listOf(runs, run, pen, width, rows)];
  return { lines: [...filled(lines, height - foot.length - pane.length), ...pane, ...foot], scroll: 0, page: Math.max(1, rows - 1) };
}

const nothing = ({ host }: View): readonly string[] => [
  `No runs in ${host.stateDir}.`,
  '  dogwatch run -- COMMAND      starts one',
  '  dogwatch adopt --pid PID     looks after an agent that is already running',
  '  dogwatch demo                shows it all in under a minute, without a model',
];

/** What the chosen run needs, without a key. */
function paneOf(run: RunView, view: View, pen: Pen, width: number, rows: number): readonly Line[] {
  const facts = cardOf(run, view, pen.clock).filter(({ label }) => PANE.includes(label));
  const acts = actsOf(run).map(({ verb }) => `${KEYS[verb]} ${verb}`);
  const last = line(within(pen, `do  ${joined([...acts, 'l log', 'e why'], width - 4, '   ')}`, width));
  if (rows < 3) return [last];
  const lines = factLines(facts, pen, width);
  const room = rows - 2;
  return [rule(pen, titleOf(run, ''), '', width), ...lines.slice(0, room), last];
}

const PANE = ['why', 'next', 'cause', 'said', 'held', 'filled', 'progress'];
const KEYS = { ack: 'a', pause: 'p', unpause: 'p', resume: 'r', stop: 'x' } as const;

const titleOf = ({ name, label }: RunView, what: string): string => `${name}${what === '' ? '' : ` ${what}`} (${label})`;

function rule(pen: Pen, title: string, right: string, width: number): Line {
  const dash = pen.isUnicode ? '─' : '-';
  const text = within(pen, `${dash}${dash} ${clean(pen, title)} `, width - (right === '' ? 0 : right.length + 2));
  const end = right === '' ? '' : ` ${right}`;
  return line(within(pen, `${text}${dash.repeat(Math.max(0, width - columnsOf(text) - end.length))}${end}`, width), 'strong');
}

const LIST_KEYS = ['? help', 'q quit', 'Enter open', 'l log', 'e why', '/ find', 'j/k move'];
const PAGE_KEYS = ['? help', 'q quit', 'Esc back', 'j/k scroll', 'l log', 'e why'];

function footOf(state: State, model: Model, pen: Pen, width: number, height: number): readonly Line[] {
  if (state.ask !== null) return asking(state.ask, pen, width, height);
  if (state.isFinding || (state.find !== '' && pageOf(state) === 'list' && state.message === null)) {
    const count = `${listed(model, state).length} of ${model.view.runs.length} runs`;
    return [line(spread(pen, `/${clean(pen, state.find)}${state.isFinding ? '_' : '  (Esc shows all)'}`, count, width), 'strong')];
  }
  if (state.message !== null)
    return wrap(clean(pen, state.message), width)
      .slice(0, Math.max(1, Math.min(3, height - 5)))
      .map((text) => line(text, 'strong'));
  return [line(joined(pageOf(state) === 'list' ? LIST_KEYS : PAGE_KEYS, width), 'faint')];
}

/** Says the effect, and ends with what is awaited. */
function asking({ act, run, typed }: Ask, pen: Pen, width: number, height: number): readonly Line[] {
  const question =
    act.verb === 'stop' ? `Type its name, then Enter (Esc: no): ${clean(pen, typed)}_` : 'Do it? y is yes, any other key is no';
  const last = wrap(question, width).slice(-2);
  const first = wrap(clean(pen, `${act.verb} ${run.name}: ${act.does}.`), width);
  const room = Math.max(0, Math.min(4, height - 4) - last.length);
  return [...first.slice(0, room), ...last].slice(-height).map((text) => line(text, 'alarm'));
}

const filled = (lines: readonly Line[], rows: number): readonly Line[] =>
  lines.length >= rows ? lines.slice(0, rows) : [...lines, ...Array.from({ length: rows - lines.length }, () => line(''))];

/** What needs a person, in as much as there is room for. */
function tiny(state: State, model: Model, pen: Pen, width: number, height: number, foot: readonly Line[]): Frame {
  const { view } = model;
  const isAsked = state.ask !== null || state.message !== null || state.isFinding;
  const last = isAsked ? foot.slice(-Math.max(1, height - 1)) : [];
  const needy = view.runs
    .filter(({ group }) => group === 'person')
    .map(({ sign, name }) => line(within(pen, `${sign} ${clean(pen, name)}`, width), 'person'));
  const first = line(within(pen, brief(view) || (view.runs.length === 0 ? 'no runs' : 'all is well'), width), 'strong');
  const lines = filled([first, ...needy], height - last.length);
  return { lines: [...lines, ...last.map(({ text, look }) => line(within(pen, text, width), look))].slice(0, height), scroll: 0, page: 1 };
}
