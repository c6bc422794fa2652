import type { Plant } from '../plant.ts';

/** Bugs of whoever keeps what all runs may cost in a day. */
export const DAY_BUGS: Readonly<Record<string, { readonly plant: Plant; readonly invariants: readonly number[] }>> = {
  'a restarted watchdog forgets what was spent in the day': {
    plant: { known: (known) => ({ ...known, spent: [] }) },
    invariants: [14],
  },
  'a day begins in another zone than the operator’s': {
    plant: { day: (rules) => ({ ...rules, zone: 'Pacific/Kiritimati' }) },
    invariants: [14],
  },
  'a day that is spent never ends': { plant: { overlooksNewDays: true }, invariants: [7] },
};
