import { hostSetting } from './host.ts';
import type { Setting } from './setting.ts';
import { codecOr, count, duration, type SettingType } from './types.ts';

/** The word that is printed and read for an empty value. */
const NONE = 'none';
/** The longest command; it becomes part of a request. */
const MAX_LENGTH = 4096;

/** A text of this form, or null for none. */
const optional = (form: RegExp, expected: string, hint: string | null): SettingType<string | null> => ({
  codec: codecOr(
    (text) => text === NONE,
    NONE,
    (text) => (text.length <= MAX_LENGTH && form.test(text) ? text : null),
    String,
  ),
  expected,
  hint,
});

/** Who repairs the runs that the watchdog has handed off. */
export const RECOVERY_SETTINGS = {
  recoveryCommand: hostSetting(
    'DOGWATCH_RECOVERY_COMMAND',
    optional(
      /^[^\s@&|;)<>\0][^\0]*$/,
      `${NONE}, or a command of up to ${MAX_LENGTH} characters`,
      'an agent that reads its prompt from stdin: claude -p',
    ),
    NONE,
    'A run that was handed off is given to this agent at the next `dogwatch supervise`, with a digest on stdin.',
  ),
  recoveryModel: hostSetting(
    'DOGWATCH_RECOVERY_MODEL',
    optional(/^[\w@:.-]+(?:\/[\w@:.-]+)+$/, `${NONE}, or PROVIDER/MODEL`, 'as opencode names it: `opencode models` lists them'),
    NONE,
    'If only this is set and no command, the agent is `opencode run -m` with this model.',
  ),
  recoveryTimeoutMs: hostSetting('DOGWATCH_RECOVERY_TIMEOUT', duration({ leastMs: 1 }), '45m', 'A recovery agent is ended after this.'),
  maxRecoveries: hostSetting(
    'DOGWATCH_MAX_RECOVERIES',
    count(),
    '3',
    'Most recovery agents for a run since its last milestone, and in 24 hours; 0 means none.',
  ),
} as const;

type RecoverySettings = {
  readonly [Key in keyof typeof RECOVERY_SETTINGS]: (typeof RECOVERY_SETTINGS)[Key] extends Setting<infer T> ? T : never;
};

/** Whether the gate has handed-off runs repaired by an agent. */
export const recoversRuns = (settings: RecoverySettings & { readonly supervise: boolean }): boolean =>
  settings.supervise && recoveryCommandOf(settings) !== null;

/** Returns the command that repairs runs, or null if there is none. */
export function recoveryCommandOf({ recoveryCommand, recoveryModel, maxRecoveries }: RecoverySettings): string | null {
  if (maxRecoveries === 0) return null;
  return recoveryCommand ?? (recoveryModel === null ? null : `opencode run -m ${recoveryModel}`);
}
