import type { Plant, StandbyBug } from '../plant.ts';

const INVARIANTS: Readonly<Record<StandbyBug, readonly number[]>> = {
  'starts at the end of its FIFO': [1, 3],
  'trusts the word alone': [1, 3],
  'keeps its environment': [16],
  'keeps its settings': [16],
  'claims before the word': [3],
  'starts without a claim': [1],
  'outlives its watchdog': [16],
  'is kept after a stop': [16],
  'is taken for a stray': [16],
  'is taken for a survivor': [16],
  'is waited for in vain': [7],
};

/** Bugs of whoever has the next attempt wait ready-made. */
export const STANDBY_BUGS: Readonly<Record<string, { readonly plant: Plant; readonly invariants: readonly number[] }>> = Object.fromEntries(
  Object.entries(INVARIANTS).map(([bug, invariants]) => [`a standby ${bug}`, { plant: { standby: bug as StandbyBug }, invariants }]),
);
