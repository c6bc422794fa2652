import { clockAt } from '../../look/clock.ts';
import { follow } from '../../look/follow.ts';
import { attemptFiles, type Layout } from '../../store/directory/layout.ts';
import { type Frame, frame } from '../../top/frame.ts';
import { typed } from '../../top/keys.ts';
import { BEGIN, chosenRun, type Model, pageOf, press, type State, type Wish } from '../../top/state.ts';
import type { RunView } from '../../view/model.ts';
import type { LogTail } from './log-tail.ts';
import { Session, type Stop } from './session.ts';
import type { Terminal } from './terminal.ts';

/** How much of a run's history its page shows. */
const ROWS = 500;
const LOG_EVERY_MS = 1000;
/** An escape sequence arrives at once; after this long it was the Esc key. */
const ESC_MS = 50;
const RETRY_MS = 1000;

interface Wishes {
  readonly layout: Layout;
  readonly terminal: Terminal;
  readonly isUtc: boolean;
  readonly isUnicode: boolean;
}

/** The live view, until the person at the terminal ends it. */
export class App {
  readonly #wishes: Wishes;
  readonly #session: Session;
  #state: State = BEGIN;
  #model: Model | null = null;
  #shown: Frame | null = null;
  #tail: { readonly run: string; readonly log: LogTail } | null = null;
  #typed = { rest: '', isPasting: false };
  #escape: NodeJS.Timeout | null = null;

  constructor(wishes: Wishes) {
    this.#wishes = wishes;
    this.#session = new Session(wishes.terminal, {
      typed: (chunk) => this.#type(chunk),
      redraw: () => this.#draw(),
    });
  }

  /** Returns what ended it. Throws what keeps it from showing anything. */
  async run(): Promise<Stop> {
    const { signal } = this.#session;
    const log = setInterval(() => void this.#readLog().catch(() => {}), LOG_EVERY_MS);
    try {
      while (!signal.aborted) await this.#watch(signal);
    } finally {
      clearInterval(log);
      if (this.#escape !== null) clearTimeout(this.#escape);
      this.#session.end();
    }
    return this.#session.stop;
  }

  async #watch(signal: AbortSignal): Promise<void> {
    try {
      for await (const view of follow(this.#wishes.layout, { signal })) {
        if (signal.aborted) return;
        this.#model = { detail: null, log: [], ...this.#model, view };
        this.#session.begin();
        this.#draw();
        await this.#readDetail();
      }
    } catch (error) {
      // What was shown stays; whether it can be read again is found out.
      if (this.#model === null) throw error;
      this.#say(`the state cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  #draw(): void {
    if (this.#model === null) return;
    const { terminal, isUtc, isUnicode } = this.#wishes;
    const pen = { clock: clockAt(Date.parse(this.#model.view.at), isUtc), isUnicode };
    this.#shown = frame(this.#state, this.#model, pen, terminal.width, terminal.height);
    this.#state = { ...this.#state, scroll: this.#shown.scroll };
    terminal.show(this.#shown.lines);
  }

  #say(message: string): void {
    this.#state = { ...this.#state, message };
    this.#draw();
  }

  #type(chunk: string): void {
    if (this.#escape !== null) clearTimeout(this.#escape);
    this.#escape = null;
    const { keys, ...left } = typed(chunk, this.#typed);
    this.#typed = left;
    if (left.rest !== '' && !left.isPasting) {
      this.#escape = setTimeout(() => {
        const isEsc = this.#typed.rest === '\u001b';
        this.#typed = { rest: '', isPasting: false };
        if (isEsc) this.#press([{ name: 'esc', isAlone: true }]);
      }, ESC_MS);
    }
    this.#press(keys);
  }

  #press(keys: ReturnType<typeof typed>['keys']): void {
    if (this.#model === null) {
      if (keys.some(({ name }) => name === 'q' || name === 'ctrl-c')) this.#session.abort();
      return;
    }
    const before = this.#state;
    for (const key of keys) {
      const { state, wish } = press(this.#state, key, this.#model, this.#shown?.page ?? 1);
      this.#state = state;
      if (wish !== null) this.#grant(wish);
    }
    if (this.#session.signal.aborted || this.#state === before) return;
    const needsHistory = this.#needsDetail() && this.#model.detail?.run.id !== this.#chosen()?.id;
    this.#draw();
    void this.#readLog().catch(() => {});
    if (needsHistory) void this.#readDetail().catch(() => {});
  }

  #grant(wish: Wish): void {
    const { layout, terminal } = this.#wishes;
    if (wish.kind === 'quit') this.#session.abort();
    else if (wish.kind === 'suspend') this.#session.suspend();
    else if (wish.kind === 'redraw') {
      terminal.forget();
      this.#draw();
    } else {
      const say = (text: string) => this.#say(text);
      // The first screen does not wait for what few of them need.
      import('./act.ts')
        .then(({ perform }) => perform(layout, wish.run, wish.act, say))
        .then(say, (error) => say(`${wish.run.name}: ${error instanceof Error ? error.message : error}`));
    }
  }

  #chosen(): RunView | null {
    return this.#model === null ? null : chosenRun(this.#model, this.#state);
  }

  #needsDetail(): boolean {
    return pageOf(this.#state) === 'run' || pageOf(this.#state) === 'explain';
  }

  async #readDetail(): Promise<void> {
    const run = this.#chosen();
    if (run === null || !this.#needsDetail()) return;
    const { lookAtRun } = await import('../../look/run.ts');
    const detail = await lookAtRun(this.#wishes.layout, run.id, { rows: ROWS });
    if (this.#model === null || this.#chosen()?.id !== run.id) return;
    this.#model = { ...this.#model, detail };
    this.#draw();
  }

  /** Reads what the chosen run has printed since, and shows it. */
  async #readLog(): Promise<void> {
    if (pageOf(this.#state) !== 'log' && pageOf(this.#state) !== 'run') return;
    const { LogTail } = await import('./log-tail.ts');
    const run = this.#chosen();
    if (this.#model === null || run === null) return;
    if (this.#tail?.run !== run.id) {
      const path = (attempt: number) => attemptFiles(this.#wishes.layout, run.id, attempt).log;
      this.#tail = { run: run.id, log: new LogTail(path, run.attempts) };
    }
    const log = [...this.#tail.log.read(run.attempts)];
    const before = this.#model.log;
    if (log.length === before.length && log.at(-1) === before.at(-1)) return;
    this.#model = { ...this.#model, log };
    this.#draw();
  }
}
