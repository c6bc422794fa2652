import type { RunState } from './types.ts';

/** Every state, what it means, and where it can go from there. The README's table of states is this one. */
export const STATES: Readonly<Record<RunState, { readonly means: string; readonly next: readonly RunState[] }>> = {
  starting: {
    means: 'the process was started and has shown no activity yet',
    next: ['working', 'quiet', 'waiting', 'held', 'handed-off', 'escalated', 'complete', 'stopped', 'failed'],
  },
  working: {
    means: 'the process is alive and active',
    next: ['starting', 'quiet', 'waiting', 'held', 'handed-off', 'escalated', 'complete', 'stopped', 'failed'],
  },
  quiet: {
    means: 'the process is alive without recent activity, or busy with a tool; not wedged yet',
    next: ['starting', 'working', 'waiting', 'held', 'handed-off', 'escalated', 'complete', 'stopped', 'failed'],
  },
  waiting: {
    means: 'no process is alive; the next step is due at a known time',
    next: ['starting', 'working', 'quiet', 'held', 'handed-off', 'escalated', 'complete', 'stopped', 'failed'],
  },
  held: {
    means: 'no process is alive, and none is started until the operator (or changed credentials) releases it',
    next: ['starting', 'working', 'quiet', 'waiting', 'handed-off', 'escalated', 'complete', 'stopped', 'failed'],
  },
  'handed-off': {
    means: 'the budget of resumes is spent; it is the turn of the supervisor',
    next: ['starting', 'waiting', 'held', 'recovering', 'escalated', 'complete', 'stopped', 'failed'],
  },
  recovering: {
    means: 'a recovery agent is at work, and nothing else',
    next: ['starting', 'waiting', 'held', 'handed-off', 'escalated', 'complete', 'stopped', 'failed'],
  },
  escalated: {
    means: 'a person is needed',
    next: ['starting', 'working', 'quiet', 'waiting', 'held', 'recovering', 'complete', 'stopped', 'failed'],
  },
  complete: { means: 'the job is done', next: [] },
  stopped: { means: 'the operator stopped it; `dogwatch resume` can take it up again', next: ['waiting', 'starting', 'held'] },
  failed: {
    means: 'it could never be started, or a person gave it up; `dogwatch resume` can try again',
    next: ['waiting', 'starting', 'held'],
  },
};

/** True where the table above allows the step; staying is always allowed. */
export const mayGo = (from: RunState, to: RunState): boolean => from === to || STATES[from].next.includes(to);
