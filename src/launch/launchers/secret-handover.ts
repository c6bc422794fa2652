import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FirstLine, firstLine } from './first-line.ts';
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
    writeFileSync(path, JSON.stringify({ argv: shim, cwd, environment }), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    close();
    throw error;
  }
  return { line: first.line, close, argv: [process.execPath, '--no-warnings', '-e', OPENER, path] };
}
