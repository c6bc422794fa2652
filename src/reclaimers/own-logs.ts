import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { inWords } from '../core/values/duration.ts';
import { errorMessage } from '../core/values/error-message.ts';
import { isSurelyOld, type WatchedTime } from '../core/values/watched-time.ts';
import { availableAt } from './available-bytes.ts';
import type { Missing } from './missing-space.ts';
import { type KeptItem, NOTHING, noPlan, type Plan, type PlannedItem, type Reclaimer } from './reclaimer.ts';

export interface LogsWanted {
  /** Directory of the runs, each with `attempts/NUMBER/log` and maybe `recoveries/NUMBER/log`. */
  readonly runs: string;
  /** False if the run will not be resumed and its last logs are not needed; true if unknown. */
  isActive(run: string): boolean;
  readonly maxAgeMs: number;
  readonly maxBytes: number;
  /** What the logs' disk lacks until it is no longer critical; nothing if it is not, or unknown. */
  missing(): Promise<Missing>;
  /** For how long a watchdog watched, by which logs age, or null if none did yet. */
  watched(): WatchedTime | null;
}

/** The subdirectories of a run that have logs. */
const KINDS = ['attempts', 'recoveries'] as const;

interface Log {
  readonly path: string;
  readonly run: string;
  readonly kind: (typeof KINDS)[number];
  /** Number of the attempt or recovery agent. */
  readonly number: number;
  readonly bytes: number;
  readonly writtenWall: number;
}

/**
 * How many of an active run's newest logs are kept: the living attempt's, and those that a digest
 * or person reads.
 */
const LATEST_OF_ACTIVE = 3;

/**
 * dogwatch's own logs of attempts: removes what is too old, and then the oldest while all together
 * are too large.
 */
export function ownLogs({ runs, isActive, maxAgeMs, maxBytes, missing, watched }: LogsWanted): Reclaimer {
  const look = async (some: readonly string[]) => {
    const logs: Log[] = [];
    for (const run of some) logs.push(...(await logsOf(runs, run)));
    return { logs, isLatest: latest(logs, isActive) };
  };
  return {
    kind: 'logs',
    name: 'logs',
    paths: async () => [runs],
    availableBytes: () => availableAt([runs]),
    plan: async (now): Promise<Plan> => {
      try {
        const { logs, isLatest } = await look(await names(runs));
        const time = watched();
        let total = logs.reduce((sum, { bytes }) => sum + bytes, 0);
        const ended = logs.filter((log) => !isLatest(log));
        const { bytes, inodes } = await missing();
        const tooLarge = largest(ended, bytes);
        // A file costs an inode, whatever its size.
        const tooMany = new Set(oldestFirst(ended).slice(0, inodes));
        const items: PlannedItem[] = [];
        const kept: KeptItem[] = [];
        for (const log of oldestFirst(logs)) {
          const ageMs = Math.max(0, now.wall - log.writtenWall);
          const because = isLatest(log)
            ? null
            : ageMs >= maxAgeMs && time !== null && isSurelyOld(time, log.writtenWall, now.wall, maxAgeMs)
              ? `written ${inWords(ageMs)} ago`
              : total > maxBytes
                ? 'all logs together are too large'
                : tooLarge.has(log)
                  ? 'its disk is full, and the largest logs are removed first'
                  : tooMany.has(log)
                    ? 'its disk has no inodes left, and the oldest logs are removed first'
                    : null;
          (because === null ? kept : items).push(
            itemOf(log, because ?? (isLatest(log) ? 'a latest attempt of an active run' : 'young enough')),
          );
          if (because !== null) total -= log.bytes;
        }
        return { ...NOTHING, items, kept };
      } catch (error) {
        return noPlan(`the logs can't be read: ${errorMessage(error)}`);
      }
    },
    apply: async ({ id, lastUsedWall }) => {
      try {
        const { logs, isLatest } = await look([relative(runs, id).split(sep)[0] ?? '']);
        const log = logs.find(({ path }) => path === id);
        if (log === undefined) return { kind: 'spared', because: 'it is gone already' };
        if (isLatest(log)) return { kind: 'spared', because: 'its run is active' };
        if (log.writtenWall !== lastUsedWall) return { kind: 'spared', because: 'it was written to meanwhile' };
        // The directory with the highest number shows which were used; older ones are not needed.
        const isHighest = logs.every(({ kind, number }) => kind !== log.kind || number <= log.number);
        await (isHighest ? rm(id) : rm(dirname(id), { recursive: true }));
        return { kind: 'freed', claimedBytes: log.bytes, because: null };
      } catch (error) {
        return { kind: 'failed', because: errorMessage(error) };
      }
    },
  };
}

const oldestFirst = (logs: readonly Log[]): Log[] => [...logs].sort((a, b) => a.writtenWall - b.writtenWall || a.number - b.number);

/** The largest of these logs that together take up the missing space. */
function largest(logs: readonly Log[], missingBytes: number): ReadonlySet<Log> {
  const taken = new Set<Log>();
  let left = missingBytes;
  for (const log of [...logs].sort((a, b) => b.bytes - a.bytes)) {
    if (left <= 0 || log.bytes === 0) break;
    taken.add(log);
    left -= log.bytes;
  }
  return taken;
}

const itemOf = ({ path, run, kind, number, bytes, writtenWall }: Log, because: string): PlannedItem => ({
  id: path,
  what: `log of ${run}, ${kind === 'attempts' ? 'attempt' : 'recovery agent'} ${number}`,
  bytes,
  lastUsedWall: writtenWall,
  because,
});

/** Returns a test for the logs of active runs' newest attempts. */
function latest(logs: readonly Log[], isActive: (run: string) => boolean): (log: Log) => boolean {
  const newest = new Map<string, number>();
  const keyOf = ({ run, kind }: Log) => `${kind}/${run}`;
  for (const log of logs) newest.set(keyOf(log), Math.max(log.number, newest.get(keyOf(log)) ?? 0));
  const active = new Set([...new Set(logs.map(({ run }) => run))].filter(isActive));
  return (log) => active.has(log.run) && log.number > (newest.get(keyOf(log)) ?? 0) - LATEST_OF_ACTIVE;
}

async function logsOf(runs: string, run: string): Promise<Log[]> {
  const found: Log[] = [];
  for (const kind of KINDS) {
    for (const name of await names(join(runs, run, kind))) {
      const path = join(runs, run, kind, name, 'log');
      const seen = await stat(path).catch(() => null);
      if (seen?.isFile() && /^\d+$/.test(name))
        found.push({ path, run, kind, number: Number(name), bytes: seen.blocks * 512, writtenWall: seen.mtimeMs });
    }
  }
  return found;
}

/** Entries of a directory; a missing one has none. */
async function names(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
