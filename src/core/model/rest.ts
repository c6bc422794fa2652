/**
 * Why a run does not go on by itself: it has ended, or it waits for someone other than the
 * watchdog.
 */
export const RESTS = ['complete', 'stopped', 'failed', 'paused', 'escalated', 'handed-off'] as const;
export type Rest = (typeof RESTS)[number];
