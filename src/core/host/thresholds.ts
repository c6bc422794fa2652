import type { Filesystem, Gauge, Level, Mark, Marks } from '../model/disk.ts';
import { bytesInWords } from '../values/bytes.ts';
import { inWords } from '../values/duration.ts';

/** What would be full within this counts as low already. */
const SOON_FULL_MS = 600_000;

/** How much has to be available of bytes and of inodes. */
export interface Least {
  readonly bytes: number;
  readonly inodes: number;
}

/** How low something is, and why, in words. */
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

/** A filesystem as it stands, of which no history is known. */
export const gaugesOf = ({ totalBytes, availableBytes, totalInodes, availableInodes }: Sizes): Gauges => ({
  bytes: { total: totalBytes, available: availableBytes, lossPerMs: 0 },
  inodes: { total: totalInodes, available: availableInodes, lossPerMs: 0 },
});

/** Less than this available puts a filesystem of these sizes on the level. */
export const entryMark = ({ bytes, inodes }: Gauges, level: 'soft' | 'critical', marks: Marks): Least => ({
  bytes: Math.min(...partsOf(marks[level], bytes.total)),
  inodes: share(level === 'soft' ? marks.inodesSoft : marks.inodesCritical, inodes.total),
});

/** At least this available lets it leave the level. */
export function leaveMark(gauges: Gauges, level: 'soft' | 'critical', marks: Marks): Least {
  const entry = entryMark(gauges, level, marks);
  const above = Math.max(...partsOf(marks.minReclaim, gauges.bytes.total));
  return {
    bytes: entry.bytes + Math.min(above, entry.bytes),
    inodes: entry.inodes + Math.min(share(marks.minReclaim.percent ?? 0, gauges.inodes.total), entry.inodes),
  };
}

/** How low it is at this moment, without grace and memory. */
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

/** Where no mark is set nothing is too little, and so no trend matters. */
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
