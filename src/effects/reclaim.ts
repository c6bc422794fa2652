import { stat } from 'node:fs/promises';
import type { HostAction, ReclaimOutcome, ReclaimStepOutcome } from '../core/host-types.ts';
import { type Reclaimed, reclaim } from '../reclaimers/reclaim.ts';
import type { Reclaimer } from '../reclaimers/reclaimer.ts';
import type { Layout } from '../store/layout.ts';
import { lockReclaim } from '../store/reclaim-lock.ts';
import { releaseBallast } from '../system/ballast.ts';
import { diskSpace } from '../system/disk.ts';
import { instant } from '../system/instant.ts';
import { largestIn } from '../system/largest-in.ts';

/** Frees space on one filesystem: asks those that can help there, one after the other, and measures after each thing, until it is enough. */
export async function reclaimFor(
  action: HostAction & { kind: 'reclaim' },
  layout: Layout,
  reclaimers: readonly Reclaimer[],
): Promise<ReclaimOutcome> {
  const lock = lockReclaim(layout, process.pid, () => releaseBallast(layout.ballast));
  if (lock.kind === 'busy') return { kind: 'abandoned', because: `process ${lock.pid ?? 'unknown'} frees space at this moment` };
  try {
    return await reclaimInTurn(action, await helping(reclaimers, action.device));
  } finally {
    lock.release();
  }
}

async function reclaimInTurn(action: HostAction & { kind: 'reclaim' }, able: readonly Reclaimer[]): Promise<ReclaimOutcome> {
  const steps: ReclaimStepOutcome[] = [];
  const isEnough = () => hasEnough(action);
  for (const reclaimer of able) {
    if (action.without.includes(reclaimer.name)) continue;
    if (await isEnough()) break;
    steps.push(asStep(await reclaim(reclaimer, { now: instant, isEnough, deadlineMono: null, told: () => {} })));
  }
  const asked = new Set(steps.map((step) => step.reclaimer));
  const others = able.map(({ name }) => name).filter((name) => !asked.has(name));
  const largest = (await isEnough()) ? [] : await largestIn(action.path);
  return { kind: 'reclaimed', steps, others, largest };
}

/** Those whose things lie on this filesystem. */
async function helping(reclaimers: readonly Reclaimer[], device: string): Promise<readonly Reclaimer[]> {
  const able: Reclaimer[] = [];
  for (const reclaimer of reclaimers) {
    const paths = await reclaimer.paths();
    if (paths === 'anywhere' || (await Promise.all(paths.map(deviceAt))).includes(device)) able.push(reclaimer);
  }
  return able;
}

const deviceAt = (path: string): Promise<string | null> =>
  stat(path).then(
    ({ dev }) => String(dev),
    () => null,
  );

async function hasEnough({ path, untilBytes, untilInodes }: HostAction & { kind: 'reclaim' }): Promise<boolean> {
  const now = await diskSpace(path);
  if (now.kind === 'unknown') return false;
  return now.availableBytes >= untilBytes && (now.availableInodes ?? Number.POSITIVE_INFINITY) >= untilInodes;
}

function asStep({ reclaimer, plan, steps, claimedBytes, measuredBytes }: Reclaimed): ReclaimStepOutcome {
  const failures = steps.flatMap(({ outcome }) => (outcome.kind === 'failed' ? outcome.because : []));
  const removed = steps.filter(({ outcome }) => outcome.kind === 'freed').length;
  return { reclaimer, removed, claimedBytes, measuredBytes, problem: plan.problem ?? failures[0] ?? null };
}
