import type { STATE_FINDINGS } from './cause.ts';

/** A problem of dogwatch's own state that a person must know about. */
export interface StateFinding {
  readonly kind: (typeof STATE_FINDINGS)[number];
  readonly because: string;
}

/** What a watchdog found when it opened the state. No findings: nothing is wrong with it. */
export interface StateFact {
  readonly kind: 'state.opened';
  readonly findings: readonly StateFinding[];
}

/** What a person was notified of, by kind of finding. */
export type StateNotified = Readonly<Partial<Record<StateFinding['kind'], string>>>;
