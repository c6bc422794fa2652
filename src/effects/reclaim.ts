import { stat } from 'node:fs/promises';
import type { HostAction, ReclaimOutcome, ReclaimStepOutcome } from '../core/model/host.ts';
import { type Reclaimed, reclaim } from '../reclaimers/reclaim.ts';
import type { Reclaimer } from '../reclaimers/reclaimer.ts';
import type { Layout } from '../store/directory/layout.ts';
import { makeRoom } from '../store/directory/make-room.ts';
import { lockReclaim } from '../store/lease/reclaim-lock.ts';
import { largestIn } from '../system/disk/largest.ts';
import { type DiskSpace, diskSpace } from '../system/disk/space.ts';
import { instant } from '../system/process/clock.ts';

/**
 * Frees space on one filesystem: asks the reclaimers that can help there one after another, and
 * measures after each item, until there is enough.
 */
export async function reclaimFor(
  action: HostAction & { kind: 'reclaim' },
  layout: Layout,
  reclaimers: readonly Reclaimer[],
  ownerOf?: (path: string) => string | null,
): Promise<ReclaimOutcome> {
  const lock = lockReclaim(layout, process.pid, () => makeRoom(layout));
  if (lock.kind === 'busy') return { kind: 'abandoned', because: `process ${lock.pid ?? 'unknown'} is freeing space at this moment` };
  try {
    return await reclaimInTurn(action, reclaimers, ownerOf);
  } finally {
    lock.release();
  }
}

async function reclaimInTurn(
  action: HostAction & { kind: 'reclaim' },
  reclaimers: readonly Reclaimer[],
  ownerOf?: (path: string) => string | null,
): Promise<ReclaimOutcome> {
  const steps: ReclaimStepOutcome[] = [];
  const others: string[] = [];
  const isEnough = async () => isMet(action, await diskSpace(action.path));
  for (const reclaimer of reclaimers) {
    // Each is queried in its turn, so that an engine that hangs does not keep the others from
    // freeing space.
    const isNeeded = !(await isEnough());
    if (isNeeded && !(await isOn(reclaimer, action.device))) continue;
    if (isNeeded && !action.without.includes(reclaimer.name)) steps.push(await step(reclaimer, action, isEnough));
    else others.push(reclaimer.name);
  }
  const isDone = await isEnough();
  return { kind: 'reclaimed', steps, others, isEnough: isDone, largest: isDone ? [] : await largestIn(action.path, ownerOf) };
}

/** Whether the reclaimer's things are on this filesystem. */
async function isOn(reclaimer: Reclaimer, device: string): Promise<boolean> {
  const paths = await reclaimer.paths();
  return paths === 'anywhere' || (await Promise.all(paths.map(deviceAt))).includes(device);
}

const deviceAt = (path: string): Promise<string | null> =>
  stat(path).then(
    ({ dev }) => String(dev),
    () => null,
  );

const isMet = ({ untilBytes, untilInodes }: HostAction & { kind: 'reclaim' }, now: DiskSpace): boolean =>
  now.kind === 'measured' && now.availableBytes >= untilBytes && (now.availableInodes ?? Number.POSITIVE_INFINITY) >= untilInodes;

/** Lets one reclaimer do what it may. If inodes are short, they count, too. */
async function step(
  reclaimer: Reclaimer,
  action: HostAction & { kind: 'reclaim' },
  isEnough: () => Promise<boolean>,
): Promise<ReclaimStepOutcome> {
  const before = inodesAt(await diskSpace(action.path));
  const done = await reclaim(reclaimer, { now: instant, isEnough, deadlineMono: null, onStep: () => {} });
  const after = inodesAt(await diskSpace(action.path));
  const isShort = before !== null && before < action.untilInodes;
  return asStep(done, isShort && after !== null ? after - before : null);
}

const inodesAt = (look: DiskSpace): number | null => (look.kind === 'measured' ? look.availableInodes : null);

function asStep({ reclaimer, plan, steps, claimedBytes, measuredBytes }: Reclaimed, measuredInodes: number | null): ReclaimStepOutcome {
  const failures = steps.flatMap(({ outcome }) => (outcome.kind === 'failed' ? outcome.because : []));
  const removed = steps.filter(({ outcome }) => outcome.kind === 'freed').length;
  return { reclaimer, removed, claimedBytes, measuredBytes, measuredInodes, problem: plan.problem ?? failures[0] ?? null };
}
