import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FirstLine, firstLine } from './first-line.ts';
import type { Launch } from './launcher.ts';

/**
 * Becomes the shim whose variables, directory and words are in a file that only its user may read, and that is gone then: what somebody else
 * starts for dogwatch would show them to everybody (`systemctl show`, `tmux show-environment`, ps). A shell could not: it drops variables whose
 * names it could not write. Node ignores two signals, which an exec would hand on; caught ones are back at their defaults.
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

/** $1 is the FIFO, what follows the shim. */
const ENTER = 'exec 3>"$1" </dev/null >/dev/null 2>&1; shift; exec "$@"';

export interface Sealed extends FirstLine {
  /** Has nothing to hide: it may be started by anybody who is this user, once, in whatever environment and directory. */
  readonly argv: readonly string[];
}

/** Makes a birth into a command without secrets. `before`: a program, by its path, that becomes the shim. */
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
