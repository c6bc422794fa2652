import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { lstat, readlink, realpath } from 'node:fs/promises';
import { isLeftover } from './leftovers.ts';
import type { Git, GitAnswer } from './read-only.ts';

/** Limits on reading files that differ from the index. */
const MAX_CHANGED_FILES = 10_000;
const MAX_CHANGED_BYTES = 64 * 2 ** 20;

export type Fingerprint = { readonly kind: 'taken'; readonly fingerprint: string } | { readonly kind: 'missing'; readonly because: string };

/**
 * Fingerprints the content of all files of a worktree that git does not ignore: the same content
 * has the same fingerprint, whether committed, staged, unstaged, or only touched. Files that
 * failures leave behind, and the content of submodules, do not count, and nothing below `stateDir`
 * does. `root` has one character per byte, like git's output.
 */
export async function worktreeFingerprint(git: Git, root: string, stateDir: string | null, deadline: AbortSignal): Promise<Fingerprint> {
  const own = await ownBelow(root, stateDir);
  if (own === '') return { kind: 'missing', because: "it lies in the directory of dogwatch's own state" };
  const [index, status] = await Promise.all([
    git('ls-files', '-z', '--stage', '--full-name', ':/'),
    git('status', '-z', '--porcelain=v2', '--untracked-files=all', '--no-renames', '--ignore-submodules=all'),
  ]);
  if (index.kind !== 'said') return missing(index);
  if (status.kind !== 'said') return missing(status);
  const files = filesInIndex(index.output);
  for (const path of files.keys()) if (isBelow(path, own)) files.delete(path);
  const changes = await changedFiles(status.output, root, own);
  if (changes === null) return { kind: 'missing', because: `more than ${MAX_CHANGED_FILES} files differ from what git has` };
  if (changes.reduce((sum, { stats }) => sum + (stats?.size ?? 0), 0) > MAX_CHANGED_BYTES)
    return { kind: 'missing', because: `the files that differ from what git has are larger than ${MAX_CHANGED_BYTES} bytes` };
  try {
    const algorithm = /^\d+ [0-9a-f]{64} /.test(index.output) ? 'sha256' : 'sha1';
    for (const { path, file, stats } of changes) {
      if (stats === null) files.delete(path);
      else files.set(path, await entryOf(file, stats, algorithm, deadline));
    }
  } catch (error) {
    return { kind: 'missing', because: deadline.aborted ? 'it took too long' : String(error) };
  }
  const all = createHash('sha256');
  for (const path of [...files.keys()].sort()) all.update(`${path}\0${files.get(path)}\0`);
  return { kind: 'taken', fingerprint: all.digest('hex') };
}

/**
 * Where dogwatch's own state lies below `root`, or null if it lies elsewhere; empty if the worktree
 * lies in it. A process that closes any descriptor of a file gives up its locks on it (fcntl(2)),
 * so a watchdog that read its own database here would lose them, and crash when another process
 * then truncates the file that it has mapped.
 */
async function ownBelow(root: string, stateDir: string | null): Promise<string | null> {
  if (stateDir === null) return null;
  const real = await realpath(stateDir, 'buffer').catch(() => null);
  if (real === null) return null;
  const own = real.toString('latin1');
  if (isBelow(root, own)) return '';
  return isBelow(own, root) ? own.slice(root === '/' ? 1 : root.length + 1) : null;
}

const isBelow = (path: string, directory: string | null): boolean =>
  directory !== null && (path === directory || path.startsWith(directory.endsWith('/') ? directory : `${directory}/`));

const missing = (answer: Exclude<GitAnswer, { kind: 'said' }>): Fingerprint => ({
  kind: 'missing',
  because: answer.kind === 'failed' ? answer.because : 'the repository is gone',
});

/** Mode and object by path, from lines of `MODE OBJECT STAGE<tab>PATH`. */
const filesInIndex = (listed: string): Map<string, string> =>
  new Map(
    records(listed).map((line) => {
      const tab = line.indexOf('\t');
      return [line.slice(tab + 1), line.slice(0, tab).split(' ').slice(0, 2).join(' ')];
    }),
  );

interface Change {
  readonly path: string;
  readonly file: Buffer;
  /** Null if it no longer exists. */
  readonly stats: Stats | null;
}

async function changedFiles(status: string, root: string, own: string | null): Promise<Change[] | null> {
  const paths = records(status)
    .map(pathOf)
    .filter((path) => !isLeftover(path) && !isBelow(path, own));
  if (paths.length > MAX_CHANGED_FILES) return null;
  const changes: Change[] = [];
  for (const path of paths) {
    const file = Buffer.from(`${root}/${path}`, 'latin1');
    changes.push({ path, file, stats: await lstat(file).catch(() => null) });
  }
  return changes;
}

const records = (output: string): string[] => output.split('\0').slice(0, -1);

/** Fields before the path, by kind of record of `git status --porcelain=v2`. */
const FIELDS: Readonly<Record<string, number>> = { '1': 8, u: 10, '?': 1 };

const pathOf = (record: string): string =>
  record
    .split(' ')
    .slice(FIELDS[record[0] ?? ''] ?? 0)
    .join(' ');

/** Mode and object as git would store them in its index. */
async function entryOf(file: Buffer, stats: Stats, algorithm: string, deadline: AbortSignal): Promise<string> {
  deadline.throwIfAborted();
  const object = createHash(algorithm).update(`blob ${stats.size}\0`);
  if (stats.isSymbolicLink()) return `120000 ${object.update(await readlink(file, 'buffer')).digest('hex')}`;
  // A nested repository, a pipe or the like: only its existence counts.
  if (!stats.isFile()) return 'other';
  try {
    for await (const chunk of createReadStream(file, { signal: deadline })) object.update(chunk);
  } catch (error) {
    if (deadline.aborted) throw error;
    return 'unreadable';
  }
  return `${stats.mode & 0o100 ? '100755' : '100644'} ${object.digest('hex')}`;
}
