import { closeSync, constants, fstatSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeAtomically } from '../../system/file/write-atomically.ts';
import { MemberError } from './error.ts';

const MAX_BYTES = 1 << 20;
const OF_OTHERS = 0o077;
/**
 * systemd hands credentials to a service in a directory of this kind, read-only and for root and
 * the service alone.
 */
const isOfSystemd = (path: string, env: NodeJS.ProcessEnv): boolean => {
  const directory = env.CREDENTIALS_DIRECTORY ?? '';
  return directory !== '' && dirname(path) === directory;
};

/**
 * Reads a file with keys, or returns null if there is none. Throws a MemberError if other users may
 * read it: the keys in it would have to be replaced.
 */
export function readPrivate(path: string, env: NodeJS.ProcessEnv = process.env): string | null {
  let file: number;
  try {
    // Not a FIFO, which would stop everything here.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new MemberError('missing', {
      expected: `${path}, readable by this user`,
      got: String(code),
      remedy: 'run as the user who joined, or chown it',
    });
  }
  try {
    const stats = fstatSync(file);
    if (!stats.isFile() || stats.size > MAX_BYTES)
      throw new MemberError('damaged', {
        expected: `a file of at most 1 MiB at ${path}`,
        got: 'something else',
        remedy: 'name the file of `dogwatch fleet join`',
      });
    const uid = process.getuid?.();
    if (!isOfSystemd(path, env) && ((stats.mode & OF_OTHERS) !== 0 || (stats.uid !== uid && stats.uid !== 0)))
      throw new MemberError('open', {
        expected: `${path} of user ${uid}, with mode 0600`,
        got: `one of user ${stats.uid}, with mode ${(stats.mode & 0o7777).toString(8).padStart(4, '0')}`,
        remedy: `chmod 600 ${path}; if others could read it, invite this host anew`,
      });
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/** Writes a file with keys, for this user only, in a directory for this user only. */
export function writePrivate(path: string, text: string): void {
  const directory = dirname(path);
  const isNew = mkdirSync(directory, { recursive: true, mode: 0o700 }) !== undefined;
  // `git add --all` would publish the keys.
  if (isNew) writeFileSync(join(directory, '.gitignore'), '*\n', { mode: 0o600 });
  writeAtomically(path, text);
}
