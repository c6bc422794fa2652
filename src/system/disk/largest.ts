import { statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { bytesInWords } from '../../core/values/bytes.ts';

/** A tree of millions of files is not worth a longer wait. */
const DEADLINE_MS = 15_000;
const SHOWN = 6;

/**
 * What takes the space on the filesystem of a path, largest first: files and directories,
 * descending as long as a single entry takes most of its directory. Empty if that takes too long.
 * `ownerOf` returns the run that a path belongs to, or null.
 */
export async function largestIn(path: string, ownerOf: (path: string) => string | null = () => null): Promise<readonly string[]> {
  const root = rootOf(path);
  const { execa } = await import('execa');
  const { stdout } = await execa('du', ['-x', '-k', '-a', `--threshold=${thresholdOf(path)}`, root], {
    reject: false,
    timeout: DEADLINE_MS,
    stderr: 'ignore',
    maxBuffer: 8e6,
  });
  const sizes = new Map<string, number>();
  for (const line of stdout.split('\n')) {
    const [, kib, name] = /^(\d+)\t(.+)$/.exec(line) ?? [];
    if (name !== undefined) sizes.set(name, Number(kib) * 1024);
  }
  return biggest(sizes, root).map(({ name, bytes }) => {
    const owner = ownerOf(name);
    return `${bytesInWords(bytes)} ${name}${owner === null ? '' : ` (run ${owner})`}`;
  });
}

/** At least 1 % of the filesystem: smaller entries explain nothing. */
function thresholdOf(path: string): number {
  try {
    const { blocks, bsize } = statfsSync(path);
    return Math.max(1, Math.floor((blocks * bsize) / 100));
  } catch {
    return 1;
  }
}

/** An entry that takes more than this share of a directory is listed instead of it. */
const MOST = 0.5;

export function biggest(sizes: ReadonlyMap<string, number>, root: string): readonly { readonly name: string; readonly bytes: number }[] {
  const within = new Map<string, { name: string; bytes: number }[]>();
  for (const [name, bytes] of sizes) {
    if (name === root) continue;
    const above = dirname(name);
    within.set(above, [...(within.get(above) ?? []), { name, bytes }]);
  }
  const listed: { name: string; bytes: number }[] = [];
  const visit = (entry: { name: string; bytes: number }, depth: number): void => {
    const inside = within.get(entry.name) ?? [];
    const isOne = inside.some(({ bytes }) => bytes > entry.bytes * MOST);
    // The first two levels are always listed one by one.
    if (inside.length > 0 && (isOne || depth < 2)) for (const one of inside) visit(one, depth + 1);
    else listed.push(entry);
  };
  visit({ name: root, bytes: Number.POSITIVE_INFINITY }, 0);
  return listed.sort((a, b) => b.bytes - a.bytes).slice(0, SHOWN);
}

/** The root of a path's filesystem. */
function rootOf(path: string): string {
  const { dev } = statSync(path, { throwIfNoEntry: false }) ?? {};
  let root = path;
  for (let above = dirname(root); above !== root; above = dirname(root)) {
    if (statSync(above, { throwIfNoEntry: false })?.dev !== dev) break;
    root = above;
  }
  return root;
}
