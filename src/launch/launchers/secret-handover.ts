import { randomBytes } from 'node:crypto';
import { closeSync, constants, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { createFifo } from '../attempt/alive-fifo.ts';
import { type FirstLine, firstLine, readFifo } from './first-line.ts';
import type { Launch } from './launcher.ts';

/**
 * Replaces itself with the shim, whose variables, directory and arguments are in a file that only
 * its user can read, and that is then removed: other programs that start processes for dogwatch
 * would show them to everybody (`systemctl show`, `tmux show-environment`, ps). A shell cannot do
 * this: it drops variables whose names are not valid in a shell. Node ignores two signals, and exec
 * would pass that on; a handler resets them to their defaults.
 */
const OPENER = `
const fs = require('node:fs');
const [path] = process.argv.slice(1);
const { argv, cwd, environment } = JSON.parse(fs.readFileSync(path, 'utf8'));
fs.rmSync(path);
process.chdir(cwd);
for (const name of ['SIGPIPE', 'SIGXFSZ']) process.on(name, () => {});
process.execve(argv[0], argv, environment);
`;

/** $1 is the FIFO; the rest is the shim. */
const ENTER = 'exec 3>"$1" </dev/null >/dev/null 2>&1; shift; exec "$@"';

/**
 * $1 is the FIFO for what it says, $2 the one of its word. Opening must not block for ever if the
 * watchdog is dead, and the shim must not hold the write end itself: then it would never end.
 */
const ENTER_WAITING = 'exec 3<>"$1" 5<>"$2" </dev/null >/dev/null 2>&1; exec 4<"$2" 5>&-; shift 2; exec "$@"';

export interface Sealed extends FirstLine {
  /**
   * Contains no secrets: any process of this user may start it, once, in any environment and
   * directory.
   */
  readonly argv: readonly string[];
}

/**
 * Turns a launch into a command without secrets. `before` is a program, given by its path, that
 * becomes the shim.
 */
export function seal({ files, argv, cwd, environment }: Launch, before: readonly string[] = []): Sealed {
  const unique = randomBytes(6).toString('hex');
  const path = join(files.directory, `birth-${unique}`);
  const said = join(files.directory, `said-${unique}`);
  const first = firstLine(said);
  const shim = [...before, '/bin/sh', '-c', ENTER, 'dogwatch', said, ...argv];
  const close = () => {
    first.close();
    rmSync(path, { force: true });
  };
  try {
    return { line: first.line, close, argv: opener(path, { argv: shim, cwd, environment }) };
  } catch (error) {
    close();
    throw error;
  }
}

/** Writes the secrets to a file, and returns the command that becomes the shim. */
function opener(path: string, secrets: Pick<Launch, 'argv' | 'cwd' | 'environment'>): readonly string[] {
  writeFileSync(path, JSON.stringify(secrets), { mode: 0o600, flag: 'wx' });
  return [process.execPath, '--no-warnings', '-e', OPENER, path];
}

export interface SealedWaiting {
  readonly argv: readonly string[];
  readonly said: Socket;
  /** Writes to the shim. */
  write(text: string): void;
  /** Removes what only the start needed. */
  opened(): void;
  /** Ends the shim's channel as well. */
  close(): void;
}

/**
 * The same for a shim that waits. Its files are in `place`: the attempt that it may become has no
 * directory yet.
 */
export function sealWaiting({ argv, cwd, environment }: Launch, place: string, before: readonly string[] = []): SealedWaiting {
  const unique = randomBytes(6).toString('hex');
  const [path, said, word] = ['birth', 'said', 'word'].map((name) => join(place, `${name}-${unique}`)) as [string, string, string];
  createFifo(said, word);
  const open: (() => void)[] = [];
  const opened = () => {
    for (const file of [path, said, word]) rmSync(file, { force: true });
  };
  const close = () => {
    for (const end of open.splice(0)) end();
    opened();
  };
  try {
    const socket = readFifo(said);
    open.push(() => socket.destroy());
    socket.unref();
    // With a reader of its own, so that writing never blocks and never fails. Closed on exec, like
    // everything that Node opens: no other process holds the write end.
    const fd = openSync(word, constants.O_RDWR | constants.O_NONBLOCK);
    open.push(() => closeSync(fd));
    const shim = [...before, '/bin/sh', '-c', ENTER_WAITING, 'dogwatch', said, word, ...argv];
    return { argv: opener(path, { argv: shim, cwd, environment }), said: socket, write: (text) => writeSync(fd, text), opened, close };
  } catch (error) {
    close();
    throw error;
  }
}
