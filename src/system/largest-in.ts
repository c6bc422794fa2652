import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { execa } from 'execa';
import { bytesInWords } from '../core/bytes-in-words.ts';

/** A tree of millions of files is not worth the wait. */
const DEADLINE_MS = 15_000;
const SHOWN = 6;

/** What takes the space on the filesystem of a path: its largest directories two levels deep, the largest first; empty where that can't be said in time. */
export async function largestIn(path: string): Promise<readonly string[]> {
  const root = rootOf(path);
  const { stdout } = await execa('du', ['-x', '-k', '-d', '2', root], {
    reject: false,
    timeout: DEADLINE_MS,
    stderr: 'ignore',
    maxBuffer: 8e6,
  });
  return stdout
    .split('\n')
    .flatMap((line) => {
      const [, kib, directory] = /^(\d+)\t(.+)$/.exec(line) ?? [];
      return directory === undefined || directory === root ? [] : [{ directory, bytes: Number(kib) * 1024 }];
    })
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, SHOWN)
    .map(({ directory, bytes }) => `${bytesInWords(bytes)} ${directory}`);
}

/** Where the filesystem of a path begins. */
function rootOf(path: string): string {
  const { dev } = statSync(path, { throwIfNoEntry: false }) ?? {};
  let root = path;
  for (let above = dirname(root); above !== root; above = dirname(root)) {
    if (statSync(above, { throwIfNoEntry: false })?.dev !== dev) break;
    root = above;
  }
  return root;
}
