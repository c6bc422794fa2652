export type RunState =
  | 'starting'
  | 'working'
  | 'quiet'
  | 'waiting'
  | 'held'
  | 'handed-off'
  | 'recovering'
  | 'escalated'
  | 'complete'
  | 'stopped'
  | 'failed';

/** Why a run is not resumed now. `untilWall` is null if no clock releases it. */
export interface Hold {
  readonly kind: 'limit' | 'auth' | 'disk' | 'operator' | 'backoff' | 'common-cause' | 'hours' | 'reserve' | 'cap';
  readonly untilWall: number | null;
  readonly because: string;
}

/** Who takes care of a run: each steps in when the one before it cannot help. */
export type Owner = 'watchdog' | 'supervisor' | 'recovery-agent' | 'operator';

/** Every state, its owner (null if it is over), and the states it can change to. */
export const STATES: Readonly<Record<RunState, { readonly owner: Owner | null; readonly next: readonly RunState[] }>> = {
  starting: {
    owner: 'watchdog',
    next: ['working', 'quiet', 'waiting', 'held', 'handed-off', 'escalated', 'complete', 'stopped', 'failed'],
  },
  working: {
    owner: 'watchdog',
    next: ['starting', 'quiet', 'waiting', 'held', 'handed-off', 'escalated', 'complete', 'stopped', 'failed'],
  },
  quiet: {
    owner: 'watchdog',
    next: ['starting', 'working', 'waiting', 'held', 'handed-off', 'escalated', 'complete', 'stopped', 'failed'],
  },
  waiting: {
    owner: 'watchdog',
    next: ['starting', 'working', 'quiet', 'held', 'handed-off', 'escalated', 'complete', 'stopped', 'failed'],
  },
  held: {
    owner: 'watchdog',
    next: ['starting', 'working', 'quiet', 'waiting', 'handed-off', 'escalated', 'complete', 'stopped', 'failed'],
  },
  'handed-off': {
    owner: 'supervisor',
    next: ['starting', 'waiting', 'held', 'recovering', 'escalated', 'complete', 'stopped', 'failed'],
  },
  recovering: {
    owner: 'recovery-agent',
    next: ['starting', 'waiting', 'held', 'handed-off', 'escalated', 'complete', 'stopped', 'failed'],
  },
  escalated: {
    owner: 'operator',
    next: ['starting', 'working', 'quiet', 'waiting', 'held', 'recovering', 'complete', 'stopped', 'failed'],
  },
  complete: { owner: null, next: [] },
  stopped: { owner: null, next: ['waiting', 'starting', 'held'] },
  failed: {
    owner: 'operator',
    next: ['waiting', 'starting', 'held'],
  },
};

/** True if the table above allows the transition. A state may always stay. */
export const mayGo = (from: RunState, to: RunState): boolean => from === to || STATES[from].next.includes(to);

/** True if it is not with a person yet, and may be handed to one. */
export const canEscalate = (state: RunState): boolean => state !== 'escalated' && mayGo(state, 'escalated');
