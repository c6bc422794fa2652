import type { Policy } from '../core/types.ts';
import { SETTINGS, type SettingKey, type Settings } from './settings.ts';

/** Frozen with a run elsewhere. */
const NO_POLICY: readonly SettingKey[] = ['resumePrompt', 'launcher'];
/** Those that have a say in what becomes of a run. */
const OF_A_RUN = (Object.keys(SETTINGS) as SettingKey[]).filter((key) => SETTINGS[key].scope !== 'host' && !NO_POLICY.includes(key));

/** The part of the settings that is frozen with a run and decides about it. */
export const policyFrom = (settings: Settings): Policy =>
  Object.fromEntries(OF_A_RUN.map((key) => [key, settings[key]])) as unknown as Policy;
