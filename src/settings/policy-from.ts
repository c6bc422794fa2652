import type { Policy } from '../core/types.ts';
import type { Settings } from './settings.ts';

/** The part of the settings that is frozen with a run and decides about it. */
export const policyFrom = (settings: Settings): Policy => {
  const { stateDir, resumePrompt, leaseTimeoutMs, ballastBytes, notify, heartbeat, ...policy } = settings;
  return policy;
};
