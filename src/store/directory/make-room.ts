import { readdirSync, type Stats, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cutLogNow } from '../../logs/cut.ts';
import { releaseBallast } from '../../system/disk/ballast.ts';
import type { Layout } from './layout.ts';

/** A log that takes at least this share of its filesystem is what filled it. */
export const LARGE_SHARE = 0.1;
/** How much of such a log is kept. */
const KEPT_BYTES = 1024 * 1024;
const STAT_BLOCK_BYTES = 512;

/**
 * Makes room on the state's full disk, so that a decision can be recorded: releases the ballast,
 * and then the oldest part of a log that takes a large share of the disk. Returns false if there
 * was nothing to release.
 */
export const makeRoom = (where: Pick<Layout, 'ballast' | 'runs'>): boolean => releaseBallast(where.ballast) || cutLargest(where.runs);

function cutLargest(runs: string): boolean {
  try {
    const { blocks, bsize } = statfsSync(runs);
    const large = logsIn(runs).filter(({ bytes }) => bytes >= blocks * bsize * LARGE_SHARE);
    return large.sort((a, b) => b.bytes - a.bytes).some(({ path }) => cutLogNow(path, KEPT_BYTES, blocks * bsize));
  } catch {
    return false;
  }
}

const logsIn = (runs: string): readonly { readonly path: string; readonly bytes: number }[] =>
  entries(runs).flatMap((run) =>
    ['attempts', 'recoveries'].flatMap((kind) =>
      entries(join(runs, run, kind)).flatMap((number) => {
        const path = join(runs, run, kind, number, 'log');
        const seen = statOf(path);
        return seen === null ? [] : [{ path, bytes: seen.blocks * STAT_BLOCK_BYTES }];
      }),
    ),
  );

function entries(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function statOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}
