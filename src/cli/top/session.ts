import type { Terminal } from './terminal.ts';

export interface Listener {
  typed(chunk: string): void;
  redraw(): void;
}

/** The signal that ended the view, or null if a key did. */
export type Stop = NodeJS.Signals | null;

const ENDS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'];
/** By then a signal that this process sent itself has stopped it. */
const STOPPED_MS = 50;
/** Leaving the screen takes less, unless the process was stopped meanwhile. */
const LONG_MS = 200;

/**
 * Whatever ends or suspends the view leaves the terminal as it was: only SIGKILL cannot be caught.
 */
export class Session {
  readonly #terminal: Terminal;
  readonly #listener: Listener;
  readonly #abort = new AbortController();
  readonly #handlers: (() => void)[] = [];
  #hasBegun = false;
  stop: Stop = null;

  constructor(terminal: Terminal, listener: Listener) {
    this.#terminal = terminal;
    this.#listener = listener;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  abort(): void {
    this.#abort.abort();
  }

  /** Takes the terminal over, once. */
  begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    const { stdin, stdout } = process;
    stdin.setEncoding('utf8');
    this.#on(stdin, 'data', (chunk: string) => this.#listener.typed(chunk));
    for (const name of ['end', 'error']) this.#on(stdin, name, () => this.abort());
    this.#on(stdout, 'error', () => this.abort());
    this.#on(stdout, 'resize', () => this.#again());
    for (const name of ENDS)
      this.#on(process, name, () => {
        this.stop = name;
        this.abort();
      });
    this.#on(process, 'SIGTSTP', () => this.#stopped());
    this.#on(process, 'SIGCONT', () => this.#resumed());
    this.#on(process, 'exit', () => this.#terminal.close());
    // The error is printed where it can be read.
    process.prependListener('uncaughtException', this.#leave);
    this.#terminal.open();
  }

  end(): void {
    process.removeListener('uncaughtException', this.#leave);
    for (const off of this.#handlers.splice(0)) off();
    this.#terminal.close();
  }

  /** As the terminal does at Ctrl-Z: the whole job, whatever else belongs to it. */
  suspend(): void {
    // Before the rest of the job stops: then the terminal belongs to the shell.
    this.#terminal.close();
    process.kill(0, 'SIGTSTP');
  }

  readonly #leave = (): void => this.#terminal.close();

  #stopped(): void {
    const beganMono = performance.now();
    this.#terminal.close();
    // Setting the modes of a terminal that the shell has taken back stops the process: that was it.
    if (performance.now() - beganMono > LONG_MS) {
      this.#resumed();
      return;
    }
    // Without a shell that could continue it, the system ignores this, and the view comes back.
    process.removeAllListeners('SIGTSTP');
    process.kill(process.pid, 'SIGTSTP');
    setTimeout(() => {
      if (this.signal.aborted) return;
      this.#on(process, 'SIGTSTP', () => this.#stopped());
      this.#resumed();
    }, STOPPED_MS);
  }

  #resumed(): void {
    if (this.signal.aborted) return;
    this.#terminal.close();
    this.#terminal.open();
    this.#again();
  }

  #again(): void {
    this.#terminal.forget();
    this.#listener.redraw();
  }

  #on(target: NodeJS.EventEmitter, name: string, handler: (...all: never[]) => void): void {
    target.on(name, handler as () => void);
    this.#handlers.push(() => target.removeListener(name, handler as () => void));
  }
}
