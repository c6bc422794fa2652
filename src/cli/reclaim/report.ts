import type { Reclaimed } from '../../reclaimers/reclaim.ts';
import type { PlannedItem } from '../../reclaimers/reclaimer.ts';

/** The available space on a reclaimer's disk. */
export interface Disk {
  readonly reclaimer: string;
  /** Null if it is not known. */
  readonly availableBytes: number | null;
}

/** What `dogwatch reclaim --json` prints. Dates are ISO 8601, UTC; null means not known. */
export interface ReclaimReport {
  readonly dryRun: boolean;
  readonly trustsBuildDates: boolean;
  readonly reclaimers: readonly ReportedReclaimer[];
  /** The bytes that the reclaimers reported as freed. */
  readonly claimedBytes: number;
  /**
   * By how much the available space grew on all disks together, or null if nothing could be
   * measured.
   */
  readonly measuredBytes: number | null;
}

export interface ReportedReclaimer {
  readonly name: string;
  readonly problem: string | null;
  readonly notes: readonly string[];
  readonly availableBytesBefore: number | null;
  readonly availableBytesAfter: number | null;
  readonly claimedBytes: number;
  readonly measuredBytes: number | null;
  readonly remove: readonly ReportedItem[];
  readonly keep: readonly ReportedItem[];
}

export interface ReportedItem {
  readonly id: string;
  readonly what: string;
  readonly bytes: number | null;
  readonly lastUsedAt: string | null;
  readonly because: string;
  /** The outcome (`freed`, `spared`, `failed` or `left`), or null if it was only planned. */
  readonly outcome: string | null;
}

interface Work {
  readonly isDry: boolean;
  readonly trustBuildDates: boolean;
  readonly reclaimed: readonly Reclaimed[];
  readonly before: readonly Disk[];
  readonly after: readonly Disk[];
}

export function reclaimReport({ isDry, trustBuildDates, reclaimed, before, after }: Work): ReclaimReport {
  const reclaimers = reclaimed.map(({ reclaimer, plan, steps, claimedBytes, measuredBytes }): ReportedReclaimer => {
    const available = (disks: readonly Disk[]) => disks.find((disk) => disk.reclaimer === reclaimer)?.availableBytes ?? null;
    const remove = plan.items.map((item, index) => {
      const outcome = steps[index]?.outcome;
      const said = outcome === undefined ? null : outcome.because;
      return { ...reported(item), because: said === null ? item.because : `${item.because}: ${said}`, outcome: outcome?.kind ?? null };
    });
    return {
      name: reclaimer,
      problem: plan.problem,
      notes: plan.notes,
      availableBytesBefore: available(before),
      availableBytesAfter: available(after),
      claimedBytes,
      measuredBytes,
      remove,
      keep: plan.kept.map(reported),
    };
  });
  const grown = reclaimers.flatMap(({ measuredBytes }) => measuredBytes ?? []);
  return {
    dryRun: isDry,
    trustsBuildDates: trustBuildDates,
    reclaimers,
    claimedBytes: reclaimers.reduce((sum, { claimedBytes }) => sum + claimedBytes, 0),
    measuredBytes: grown.length === 0 ? null : grown.reduce((sum, bytes) => sum + bytes, 0),
  };
}

const reported = ({ id, what, bytes, lastUsedWall, because }: PlannedItem): ReportedItem => ({
  id,
  what,
  bytes,
  lastUsedAt: lastUsedWall === null ? null : new Date(lastUsedWall).toISOString(),
  because,
  outcome: null,
});
