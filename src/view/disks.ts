import type { Host } from '../core/host/state.ts';
import { entryMark, gaugesOf, leaveMark, lowness, type Sizes } from '../core/host/thresholds.ts';
import type { DevicePressure, Marks } from '../core/model/disk.ts';
import type { FilesystemView, RunFacts } from './model.ts';

/** A filesystem as it was just measured. */
export interface Measured extends Sizes {
  readonly device: string;
  readonly path: string;
  readonly paths: readonly string[];
}

/** A trend older than this says nothing about the present. */
const TREND_MAX_AGE_MS = 60_000;
/** A disk that is full only after this is not filling up. */
const MOST_FULL_MS = 7 * 86_400_000;

/**
 * What is said of the filesystems. `host` is what the watchdog knows, or null; `nowMono` is of the
 * same boot, or null if the watchdog's was another.
 */
export function disksOf(
  measured: readonly Measured[],
  runs: readonly RunFacts[],
  {
    marks,
    host,
    nowWall,
    nowMono,
  }: { readonly marks: Marks; readonly host: Host | null; readonly nowWall: number; readonly nowMono: number | null },
): readonly FilesystemView[] {
  return measured.map((one) => {
    const gauges = gaugesOf(one);
    const known = host?.pressure.devices.find(({ device }) => device === one.device);
    return {
      path: one.path,
      availableBytes: one.availableBytes,
      totalBytes: one.totalBytes,
      pressure: lowness(gauges, marks).level,
      softBytes: entryMark(gauges, 'soft', marks).bytes,
      criticalBytes: entryMark(gauges, 'critical', marks).bytes,
      exitBytes: leaveMark(gauges, 'soft', marks).bytes,
      fullAt: known === undefined || nowMono === null ? null : fullAt(known, nowMono, nowWall),
      filledBy: runs.flatMap((run) => (run.filled !== null && one.paths.includes(run.cwd) ? [{ run: run.name, because: run.filled }] : [])),
      largest: host?.efforts[one.device]?.largest ?? [],
    };
  });
}

function fullAt({ bytes, takenMono }: DevicePressure, nowMono: number, nowWall: number): string | null {
  const ageMs = nowMono - takenMono;
  if (ageMs < 0 || ageMs > TREND_MAX_AGE_MS || bytes.lossPerMs <= 0) return null;
  const leftMs = bytes.available / bytes.lossPerMs - ageMs;
  return leftMs > MOST_FULL_MS ? null : new Date(nowWall + Math.max(0, leftMs)).toISOString();
}

/** By run id: the path of the filesystem that it works on. */
export function filesystemsOf(measured: readonly Measured[], runs: readonly Pick<RunFacts, 'id' | 'cwd'>[]): ReadonlyMap<string, string> {
  const paths = new Map(measured.flatMap((one) => one.paths.map((path) => [path, one.path] as const)));
  return new Map(runs.flatMap(({ id, cwd }) => (paths.has(cwd) ? [[id, paths.get(cwd) ?? ''] as const] : [])));
}
