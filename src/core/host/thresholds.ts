import type { Filesystem, Gauge, Level, Mark, Marks } from '../model/disk.ts';
import { bytesInWords } from '../values/bytes.ts';
import { inWords } from '../values/duration.ts';

/** A filesystem that would be full within this time already counts as low. */
const SOON_FULL_MS = 600_000;

/** The minimum available bytes and inodes. */
export interface Least {
  readonly bytes: number;
  readonly inodes: number;
}

/** How low a filesystem is, and why, in words. */
export interface Finding {
  readonly level: Level;
  readonly because: string;
}

/** What a filesystem has, without its history. */
export interface Gauges {
  readonly bytes: Gauge;
  readonly inodes: Gauge;
}

export type Sizes = Pick<Filesystem, 'totalBytes' | 'availableBytes' | 'totalInodes' | 'availableInodes'>;

/** A filesystem in its current state, without known history. */
export const gaugesOf = ({ totalBytes, availableBytes, totalInodes, availableInodes }: Sizes): Gauges => ({
  bytes: { total: totalBytes, available: availableBytes, lossPerMs: 0 },
  inodes: { total: totalInodes, available: availableInodes, lossPerMs: 0 },
});

/** Below this, a filesystem of these sizes enters the level. */
export const entryMark = ({ bytes, inodes }: Gauges, level: 'soft' | 'critical', marks: Marks): Least => ({
  bytes: Math.min(...partsOf(marks[level], bytes.total)),
  inodes: share(level === 'soft' ? marks.inodesSoft : marks.inodesCritical, inodes.total),
});

/** At or above this, it may leave the level. */
export function leaveMark(gauges: Gauges, level: 'soft' | 'critical', marks: Marks): Least {
  const entry = entryMark(gauges, level, marks);
  const above = Math.max(...partsOf(marks.minReclaim, gauges.bytes.total));
  return {
    bytes: entry.bytes + Math.min(above, entry.bytes),
    inodes: entry.inodes + Math.min(share(marks.minReclaim.percent ?? 0, gauges.inodes.total), entry.inodes),
  };
}

/** How low it is right now, without grace and memory. */
export function lowness(gauges: Gauges, marks: Marks): Finding {
  for (const level of ['critical', 'soft'] as const) {
    const least = entryMark(gauges, level, marks);
    if (gauges.bytes.available < least.bytes) {
      const of = `${bytesInWords(gauges.bytes.available)} of ${bytesInWords(gauges.bytes.total)} available`;
      return { level, because: `${of}, less than ${bytesInWords(least.bytes)}` };
    }
    if (gauges.inodes.available < least.inodes) {
      const of = `${gauges.inodes.available} of ${gauges.inodes.total} inodes available`;
      return { level, because: `${of}, less than ${Math.ceil(least.inodes)}` };
    }
  }
  return (
    soonFull(gauges, entryMark(gauges, 'soft', marks)) ?? { level: 'none', because: `${bytesInWords(gauges.bytes.available)} available` }
  );
}

/** Without a threshold nothing is too little, so no trend matters. */
function soonFull({ bytes, inodes }: Gauges, least: Least): Finding | null {
  const fullInMs = ({ available, lossPerMs }: Gauge, mark: number) =>
    lossPerMs > 0 && mark > 0 ? available / lossPerMs : Number.POSITIVE_INFINITY;
  const bytesMs = fullInMs(bytes, least.bytes);
  const inodesMs = fullInMs(inodes, least.inodes);
  if (Math.min(bytesMs, inodesMs) >= SOON_FULL_MS) return null;
  const [what, ms] = bytesMs <= inodesMs ? [bytesInWords(bytes.available), bytesMs] : [`${inodes.available} inodes`, inodesMs];
  return { level: 'soft', because: `${what} available, none left in ${inWords(ms)} at this rate` };
}

const partsOf = ({ percent, bytes }: Mark, total: number): readonly number[] => [
  ...(percent === null ? [] : [share(percent, total)]),
  ...(bytes === null ? [] : [bytes]),
];

const share = (percent: number, total: number): number => (total * percent) / 100;
