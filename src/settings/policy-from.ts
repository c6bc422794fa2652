import type { Policy } from '../core/types.ts';
import type { Settings } from './settings.ts';

/** The part of the settings that is frozen with a run and decides about it. */
export const policyFrom = (settings: Settings): Policy => {
  const { supervise, stateDir, resumePrompt, leaseTimeoutMs, ballastBytes, ...policy } = settings;
  return policy;
};
