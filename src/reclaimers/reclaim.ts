import type { Instant } from '../core/model/facts.ts';
import { measured } from './available-bytes.ts';
import { type ItemOutcome, noPlan, type Plan, type PlannedItem, type Reclaimer } from './reclaimer.ts';

export interface ReclaimAsk {
  now(): Instant;
  /** Asked before each item: whether enough is free by now. Measures anew. */
  isEnough(): Promise<boolean>;
  /** Nothing is begun after this moment, or null if there is no deadline. */
  readonly deadlineMono: number | null;
  /** Called when an item is finished. */
  readonly onStep: (reclaimer: string, step: ReclaimStep) => void;
}

export interface ReclaimStep {
  readonly item: PlannedItem;
  readonly outcome: ItemOutcome | { readonly kind: 'left'; readonly because: string };
  /** By how many bytes the available space grew meanwhile, or null if it can't be measured. */
  readonly measuredBytes: number | null;
}

/** What one reclaimer planned and did. */
export interface Reclaimed {
  readonly reclaimer: string;
  readonly plan: Plan;
  /** One for each item of the plan, in its order; empty if it was only planned. */
  readonly steps: readonly ReclaimStep[];
  readonly claimedBytes: number;
  readonly measuredBytes: number | null;
}

/** Makes all plans without doing anything. */
export const planAll = (reclaimers: readonly Reclaimer[], now: Instant): Promise<Reclaimed[]> =>
  inOrder(reclaimers, async (reclaimer) => ({
    reclaimer: reclaimer.name,
    plan: await reclaimer.plan(now),
    steps: [],
    claimedBytes: 0,
    measuredBytes: null,
  }));

/** Carries out one plan item by item, measuring after each, until there is enough or time is up. */
export async function reclaim(reclaimer: Reclaimer, ask: ReclaimAsk): Promise<Reclaimed> {
  const plan = await planInTime(reclaimer, ask);
  const steps: ReclaimStep[] = [];
  for (const item of plan.items) {
    const step = await take(reclaimer, item, ask);
    ask.onStep(reclaimer.name, step);
    steps.push(step);
  }
  const claimed = steps.map(({ outcome }) => (outcome.kind === 'freed' ? (outcome.claimedBytes ?? 0) : 0));
  const grown = steps.flatMap(({ measuredBytes }) => measuredBytes ?? []);
  return { reclaimer: reclaimer.name, plan, steps, claimedBytes: sum(claimed), measuredBytes: grown.length === 0 ? null : sum(grown) };
}

/**
 * Runs one reclaimer after another. Without a threshold (before the first attempt, or by hand)
 * everything stale is removed.
 */
export const reclaimAll = (reclaimers: readonly Reclaimer[], ask: ReclaimAsk): Promise<Reclaimed[]> =>
  inOrder(reclaimers, (reclaimer) => reclaim(reclaimer, ask));

/**
 * Frees everything that may be removed before a run begins; what is not begun by the deadline is
 * left for another time.
 */
export const prereclaim = (reclaimers: readonly Reclaimer[], now: () => Instant, deadlineMs: number): Promise<Reclaimed[]> =>
  reclaimAll(reclaimers, { now, isEnough: async () => false, deadlineMono: now().mono + deadlineMs, onStep: () => {} });

/** An engine that hangs costs no more than the time available. */
async function planInTime(reclaimer: Reclaimer, { now, deadlineMono }: ReclaimAsk): Promise<Plan> {
  if (deadlineMono === null) return reclaimer.plan(now());
  const leftMs = deadlineMono - now().mono;
  if (leftMs <= 0) return noPlan(NO_TIME);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Plan>((resolve) => {
    timer = setTimeout(() => resolve(noPlan(NO_TIME)), leftMs);
  });
  return Promise.race([reclaimer.plan(now()), late]).finally(() => clearTimeout(timer));
}

const NO_TIME = 'there was no time left for it';

async function take(reclaimer: Reclaimer, item: PlannedItem, { now, isEnough, deadlineMono }: ReclaimAsk): Promise<ReclaimStep> {
  const left = (because: string): ReclaimStep => ({ item, outcome: { kind: 'left', because }, measuredBytes: null });
  if (deadlineMono !== null && now().mono >= deadlineMono) return left(NO_TIME);
  if (await isEnough()) return left('there is enough room already');
  const { result, freedBytes } = await measured(
    () => reclaimer.availableBytes(),
    () => reclaimer.apply(item, now()),
  );
  return { item, outcome: result, measuredBytes: freedBytes };
}

async function inOrder(reclaimers: readonly Reclaimer[], work: (reclaimer: Reclaimer) => Promise<Reclaimed>): Promise<Reclaimed[]> {
  const done: Reclaimed[] = [];
  for (const reclaimer of reclaimers) done.push(await work(reclaimer));
  return done;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
