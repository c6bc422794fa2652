import { type Act, actsOf } from '../view/acts.ts';
import type { RunDetail } from '../view/detail.ts';
import type { RunView, View } from '../view/model.ts';
import type { Key } from './keys.ts';

export type Page = 'list' | 'run' | 'log' | 'explain' | 'help';

/** What is shown, all of which was read elsewhere. */
export interface Model {
  readonly view: View;
  /** The chosen run with its history, once it was read. */
  readonly detail: RunDetail | null;
  /** The last lines that it printed, in all attempts. */
  readonly log: readonly string[];
}

/** A question on the last line. */
export interface Ask {
  readonly act: Act;
  readonly run: RunView;
  /** What was typed so far, where the run's name is asked for. */
  readonly typed: string;
}

export interface State {
  /** The page that is shown is the last; Esc leads back through the others. */
  readonly pages: readonly Page[];
  /** Id of the chosen run; it stays chosen where it goes. */
  readonly chosen: string | null;
  readonly find: string;
  readonly isFinding: boolean;
  /** Lines that are scrolled away: from the top, in the log from the end. */
  readonly scroll: number;
  readonly ask: Ask | null;
  /** Shown until the next key. */
  readonly message: string | null;
}

export const BEGIN: State = { pages: ['list'], chosen: null, find: '', isFinding: false, scroll: 0, ask: null, message: null };

export type Wish =
  | { readonly kind: 'quit' }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'redraw' }
  | { readonly kind: 'act'; readonly act: Act; readonly run: RunView };

export interface Pressed {
  readonly state: State;
  readonly wish: Wish | null;
}

export const pageOf = ({ pages }: State): Page => pages.at(-1) ?? 'list';

/** The runs of the list: all, or those with the words that are looked for. */
export function listed({ view }: Pick<Model, 'view'>, { find }: State): readonly RunView[] {
  const wanted = find.toLowerCase();
  return wanted === '' ? view.runs : view.runs.filter(({ name, label }) => `${name} ${label}`.toLowerCase().includes(wanted));
}

export function chosenRun(model: Pick<Model, 'view'>, state: State): RunView | null {
  const runs = pageOf(state) === 'list' ? listed(model, state) : model.view.runs;
  return runs.find(({ id }) => id === state.chosen) ?? runs[0] ?? null;
}

/** What a key does. `rows`: how many lines a page has. Moving never acts. */
export function press(state: State, key: Key, model: Model, rows: number): Pressed {
  if (key.name === 'ctrl-c') return { state, wish: { kind: 'quit' } };
  if (key.name === 'ctrl-z') return { state, wish: { kind: 'suspend' } };
  if (key.name === 'ctrl-l') return { state, wish: { kind: 'redraw' } };
  if (state.ask !== null) return answer(state, state.ask, key);
  if (state.isFinding) return only(finding(state, key));
  const quiet = { ...state, message: null };
  const moved = move(quiet, key.name, model, rows);
  if (moved !== null) return only(moved);
  switch (key.name) {
    case 'enter':
      return only(pageOf(quiet) === 'list' ? open(quiet, 'run', model) : quiet);
    case 'l':
      return only(open(quiet, 'log', model));
    case 'e':
      return only(open(quiet, 'explain', model));
    case '?':
      return only(pageOf(quiet) === 'help' ? back(quiet) : { ...quiet, pages: [...quiet.pages, 'help'], scroll: 0 });
    case 'esc':
    case 'backspace':
      return only(back(quiet));
    case '/':
      return only({ ...quiet, pages: ['list'], isFinding: true, find: '', scroll: 0 });
    default:
      return acting(quiet, key, model);
  }
}

const only = (state: State): Pressed => ({ state, wish: null });

const VERBS: Readonly<Record<string, readonly Act['verb'][]>> = { a: ['ack'], p: ['pause', 'unpause'], r: ['resume'], x: ['stop'] };

/** Keys that end the view or ask for something do nothing among others: that is pasted text. */
function acting(state: State, { name, isAlone }: Key, model: Model): Pressed {
  if (!isAlone) return only(state);
  if (name === 'q') return { state, wish: { kind: 'quit' } };
  const verbs = VERBS[name];
  const run = chosenRun(model, state);
  if (verbs === undefined || run === null) return only(state);
  const act = actsOf(run).find(({ verb }) => verbs.includes(verb));
  if (act === undefined) return only({ ...state, message: `there is nothing to ${verbs[0]}: ${run.name} is ${run.label}` });
  return only({ ...state, ask: { act, run, typed: '' } });
}

/** Only `y` is yes; to stop a run its name has to be typed. */
function answer(state: State, ask: Ask, { name, isAlone }: Key): Pressed {
  const { act, run, typed } = ask;
  const yes: Pressed = {
    state: { ...state, ask: null, message: `asking the watchdog to ${act.verb} ${run.name}` },
    wish: { kind: 'act', act, run },
  };
  const no = only({ ...state, ask: null, message: `${run.name}: nothing was done` });
  if (act.verb !== 'stop') return name === 'y' && isAlone ? yes : no;
  if (name === 'enter') return typed === run.name ? yes : no;
  if (name === 'backspace') return only({ ...state, ask: { ...ask, typed: [...typed].slice(0, -1).join('') } });
  if ([...name].length !== 1) return name === 'esc' ? no : only(state);
  return only({ ...state, ask: { ...ask, typed: typed + name } });
}

function finding(state: State, { name }: Key): State {
  if (name === 'enter') return { ...state, isFinding: false };
  if (name === 'esc') return { ...state, isFinding: false, find: '' };
  if (name === 'backspace') return { ...state, find: [...state.find].slice(0, -1).join('') };
  return [...name].length === 1 ? { ...state, find: state.find + name } : state;
}

function open(state: State, page: Page, model: Model): State {
  const run = chosenRun(model, state);
  if (run === null || pageOf(state) === page) return state;
  return { ...state, chosen: run.id, pages: [...state.pages, page], scroll: 0 };
}

function back(state: State): State {
  if (state.pages.length > 1) return { ...state, pages: state.pages.slice(0, -1), scroll: 0 };
  return { ...state, find: '' };
}

function move(state: State, name: string, model: Model, rows: number): State | null {
  const steps: Readonly<Record<string, number>> = {
    j: 1,
    down: 1,
    k: -1,
    up: -1,
    'page-down': rows,
    ' ': rows,
    'page-up': -rows,
    g: Number.NEGATIVE_INFINITY,
    home: Number.NEGATIVE_INFINITY,
    G: Number.POSITIVE_INFINITY,
    end: Number.POSITIVE_INFINITY,
  };
  const by = steps[name];
  if (by === undefined) return null;
  const page = pageOf(state);
  // The log is read from its end.
  if (page === 'log') return { ...state, scroll: Math.min(MOST_LINES, Math.max(0, state.scroll - by)) };
  if (page !== 'list') return { ...state, scroll: Math.min(MOST_LINES, Math.max(0, state.scroll + by)) };
  const runs = listed(model, state);
  const at = Math.max(0, runs.indexOf(chosenRun(model, state) as RunView));
  const next = runs[Math.min(runs.length - 1, Math.max(0, at + by))];
  return next === undefined ? state : { ...state, chosen: next.id };
}

/** No page is this long. */
const MOST_LINES = 1_000_000;
