import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { inWords } from '../core/values/duration.ts';
import { errorMessage } from '../core/values/error-message.ts';
import { isSurelyOld, type WatchedTime } from '../core/values/watched-time.ts';
import { availableAt } from './available-bytes.ts';
import type { Missing } from './missing-space.ts';
import { type KeptItem, NOTHING, noPlan, type Plan, type PlannedItem, type Reclaimer } from './reclaimer.ts';

export interface LogsWanted {
  /** Directory of the runs, each of them with `attempts/NUMBER/log`, and maybe `recoveries/NUMBER/log`. */
  readonly runs: string;
  /** False: nobody will resume this run, or ask what its last attempts said. Where that can't be known, it is active. */
  isActive(run: string): boolean;
  readonly maxAgeMs: number;
  readonly maxBytes: number;
  /** What is missing until the disk of the logs is not critical any more; nothing if it is not, or nobody knows. */
  missing(): Promise<Missing>;
  /** For how long somebody watched: logs age by that alone. Null: nobody did yet. */
  watched(): WatchedTime | null;
}

/** What has logs in the directory of a run. */
const KINDS = ['attempts', 'recoveries'] as const;

interface Log {
  readonly path: string;
  readonly run: string;
  readonly kind: (typeof KINDS)[number];
  /** Of the attempt, or of the recovery agent. */
  readonly number: number;
  readonly bytes: number;
  readonly writtenWall: number;
}

/** Newest attempts of an active run whose logs stay: the living one, and what a digest or a person reads. */
const LATEST_OF_ACTIVE = 3;

/** dogwatch's own logs of attempts: what is too old goes, and of the rest the oldest while all of them are too large. */
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
        // A file costs an inode, whatever is in it.
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
                  ? 'its disk is full, and the largest logs go first'
                  : tooMany.has(log)
                    ? 'its disk takes no more files, and the oldest logs go first'
                    : null;
          (because === null ? kept : items).push(
            itemOf(log, because ?? (isLatest(log) ? 'a latest attempt of an active run' : 'young enough')),
          );
          if (because !== null) total -= log.bytes;
        }
        return { ...NOTHING, items, kept };
      } catch (error) {
        return noPlan(`the logs can't be looked at: ${errorMessage(error)}`);
      }
    },
    apply: async ({ id, lastUsedWall }) => {
      try {
        const { logs, isLatest } = await look([relative(runs, id).split(sep)[0] ?? '']);
        const log = logs.find(({ path }) => path === id);
        if (log === undefined) return { kind: 'spared', because: 'it is gone already' };
        if (isLatest(log)) return { kind: 'spared', because: 'its run is active' };
        if (log.writtenWall !== lastUsedWall) return { kind: 'spared', because: 'it was written to meanwhile' };
        // The directory with the highest number says which numbers were used; nobody asks an older attempt for anything.
        const isHighest = logs.every(({ kind, number }) => kind !== log.kind || number <= log.number);
        await (isHighest ? rm(id) : rm(dirname(id), { recursive: true }));
        return { kind: 'freed', claimedBytes: log.bytes, because: null };
      } catch (error) {
        return { kind: 'failed', because: errorMessage(error) };
      }
    },
  };
}

const oldestFirst = (logs: readonly Log[]): Log[] => [...logs].sort((a, b) => a.writtenWall - b.writtenWall);

/** The largest of these that together take as much as is missing. */
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

/** A test for logs of the newest attempts of runs that are active. */
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

/** Entries of a directory; one that is not there has none. */
async function names(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
