import { stat, statfs } from 'node:fs/promises';
import { isOver, type Run } from '../core/run.ts';
import { type RunStatus, statusOf } from '../core/status.ts';
import type { Layout } from '../store/layout.ts';
import type { LeaseHolder } from '../store/lease-row.ts';
import { openReader } from '../store/reader.ts';
import { readSnapshot, SNAPSHOT_TEXT_BYTES, writeSnapshot } from '../store/snapshot.ts';
import { StoreError } from '../store/store-error.ts';
import { isAlive } from '../system/process.ts';
import { findRun } from './find-run.ts';

export interface StatusReport {
  readonly runs: readonly RunStatus[];
  readonly host: {
    readonly watchdog: { readonly pid: number; readonly since: string } | null;
    readonly filesystems: readonly Filesystem[];
  };
  /** It is the picture that the watchdog kept, since the database can't be read. */
  readonly stale: boolean;
}

interface Filesystem {
  readonly path: string;
  readonly availableBytes: number;
  readonly totalBytes: number;
}

/** A filesystem that does not answer (a network mount whose server is gone) is left out. */
const DISK_DEADLINE_MS = 500;

/** What `status` knows; `name`: only about this run. Throws Problem or StoreError. */
export async function reportStatus(layout: Layout, name: string | null): Promise<StatusReport> {
  try {
    const reader = openReader(layout);
    try {
      const runs = name === null ? reader.runs() : [findRun(reader, name)];
      const lease = reader.lease();
      const paths = [layout.stateDir, ...runs.filter((run) => !isOver(run)).map((run) => run.spec.cwd)];
      const watchdog = lease !== null && isAlive(lease) ? { pid: lease.pid, since: new Date(lease.takenAt.wall).toISOString() } : null;
      return { runs: runs.map(statusOf), host: { watchdog, filesystems: await filesystemsOf(paths) }, stale: false };
    } finally {
      reader.close();
    }
  } catch (error) {
    const picture = error instanceof StoreError && error.kind === 'full' ? readSnapshot(layout.snapshot) : null;
    if (picture === null) throw error;
    const { runs, host } = JSON.parse(picture) as StatusReport;
    return { runs: runs.filter((run) => name === null || run.name === name), host, stale: true };
  }
}

/** Keeps the picture of the active runs, for when the database can't be read. Returns what went wrong; null: nothing. */
export function keepPicture(layout: Layout, runs: readonly Run[], lease: LeaseHolder): string | null {
  const host = { watchdog: { pid: lease.pid, since: new Date(lease.takenAt.wall).toISOString() }, filesystems: [] };
  for (let count = runs.length; ; count = Math.floor(count / 2)) {
    const text = JSON.stringify({ runs: runs.slice(0, count).map(statusOf), host });
    if (Buffer.byteLength(text) <= SNAPSHOT_TEXT_BYTES) return writeSnapshot(layout.snapshot, text);
  }
}

async function filesystemsOf(paths: readonly string[]): Promise<Filesystem[]> {
  const byDevice = new Map<number, Filesystem>();
  await Promise.all(
    [...new Set(paths)].map(async (path) => {
      const seen = await Promise.race([measure(path), new Promise<null>((resolve) => setTimeout(resolve, DISK_DEADLINE_MS, null).unref())]);
      if (seen !== null && !byDevice.has(seen.device)) byDevice.set(seen.device, seen.filesystem);
    }),
  );
  return [...byDevice.values()];
}

async function measure(path: string): Promise<{ device: number; filesystem: Filesystem } | null> {
  try {
    const [{ dev }, { bavail, blocks, bsize }] = await Promise.all([stat(path), statfs(path)]);
    return { device: dev, filesystem: { path, availableBytes: bavail * bsize, totalBytes: blocks * bsize } };
  } catch {
    return null;
  }
}
