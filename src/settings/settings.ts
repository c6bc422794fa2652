import { ALLOW_INSIDE } from '../core/model/inside.ts';
import { LIVING } from '../core/model/policy.ts';
import { LAUNCHERS } from '../core/model/run-spec.ts';
import { COST_SETTINGS } from './cost.ts';
import { DISK_SETTINGS } from './disk.ts';
import { FLEET_SETTINGS, setting } from './host.ts';
import { NOTIFY_SETTINGS } from './notify.ts';
import { PRICE_SETTINGS } from './prices.ts';
import { RECLAIM_SETTINGS } from './reclaim.ts';
import { age } from './reclaim-types.ts';
import { RECOVERY_SETTINGS } from './recovery.ts';
import { DEFAULT_PROMPT } from './render-prompt.ts';
import type { Setting } from './setting.ts';
import { defaultStateDirectory } from './state-directory.ts';
import { bytes, choice, count, duration, flag, hours, path, promptTemplate, reserve, timesInARow } from './types.ts';

const some = duration({ leastMs: 1 });
const any = duration({ leastMs: 0 });

/** All settings. Those of a run have the names of the fields of `Policy`. */
export const SETTINGS = {
  enabled: setting(
    'DOGWATCH_ENABLED',
    'both',
    flag(),
    '1',
    'With 0, for the run or for the host, dogwatch observes and explains, but never acts.',
  ),
  supervise: setting('DOGWATCH_SUPERVISE', 'host', flag(), '1', 'With 0, `dogwatch supervise` only reports, and does nothing.'),
  stateDir: setting('DOGWATCH_STATE_DIR', 'host', path(), defaultStateDirectory, 'Directory for all persistent files.'),
  allowInside: setting(
    'DOGWATCH_ALLOW_INSIDE',
    'host',
    choice(ALLOW_INSIDE),
    '1',
    'What runs may request besides done, blocked and progress (run, stop, pause …): 1 anything, own only what is about themselves, 0 nothing.',
  ),
  idleMs: setting(
    'DOGWATCH_IDLE',
    'run',
    some,
    '15m',
    'A running attempt without activity and without a running tool is ended and resumed after this.',
  ),
  startupMs: setting(
    'DOGWATCH_STARTUP',
    'run',
    some,
    '5m',
    'An attempt that shows no activity within this time is a failed start; one that stays silent for this long after its turn ended is lingering.',
  ),
  maxToolMs: setting('DOGWATCH_MAX_TOOL', 'run', some, '2h', 'Longest time that a single tool of the agent may run.'),
  maxRepeats: setting(
    'DOGWATCH_MAX_REPEATS',
    'run',
    timesInARow(),
    '25',
    'An attempt whose agent makes the same tool calls with the same results this often in a row is ended and resumed, with a prompt that names them; the second time a person decides. 0: never.',
  ),
  maxStallMs: setting(
    'DOGWATCH_MAX_STALL',
    'run',
    any,
    '4h',
    'An attempt that is active for this long without a milestone is ended and resumed, with a prompt that says so; the second time in a row a person decides. 0: never.',
  ),
  quietMs: setting('DOGWATCH_QUIET', 'run', some, '2m', 'A running attempt without activity for this long is called quiet.'),
  maxResumes: setting('DOGWATCH_MAX_RESUMES', 'run', count(), '20', 'Resumes since the last milestone before the run is handed off.'),
  maxResumesTotal: setting('DOGWATCH_MAX_RESUMES_TOTAL', 'run', count(), '500', 'Resumes in all before the run is handed off.'),
  backoffMinMs: setting(
    'DOGWATCH_BACKOFF_MIN',
    'run',
    some,
    '5s',
    'Wait before a resume after the first short attempt; doubled after each further one.',
  ),
  backoffMaxMs: setting('DOGWATCH_BACKOFF_MAX', 'run', some, '5m', 'Longest wait before a resume after short attempts.'),
  promptAfterMs: setting(
    'DOGWATCH_PROMPT_AFTER',
    'run',
    any,
    '1m',
    'An attempt that was active for longer than this is resumed without waiting.',
  ),
  lingerMs: setting('DOGWATCH_LINGER', 'run', any, '2m', 'An attempt that keeps running after its run is complete is ended after this.'),
  permissionGraceMs: setting(
    'DOGWATCH_PERMISSION_GRACE',
    'run',
    any,
    '10m',
    'An attempt that waits for a permission is ended and resumed after this; a question (DOGWATCH_ASK) is denied after this.',
  ),
  asks: setting(
    'DOGWATCH_ASK',
    'run',
    flag(),
    '0',
    'With 1, a permission that the agent lacks is a question to a person: `dogwatch questions`, `dogwatch answer`. Only with agents that can wait for an answer (claude).',
  ),
  graceMs: setting('DOGWATCH_GRACE', 'run', any, '10s', 'Time between TERM and KILL when processes are ended.'),
  checkTimeoutMs: setting('DOGWATCH_CHECK_TIMEOUT', 'run', some, '10m', 'Longest time that the --check command may take.'),
  evidenceTimeoutMs: setting('DOGWATCH_EVIDENCE_TIMEOUT', 'run', some, '20s', 'Longest time that git and the --progress command may take.'),
  limitSlackMs: setting(
    'DOGWATCH_LIMIT_SLACK',
    'run',
    any,
    '2m',
    'Shortest wait after the stated reset of a usage limit; the actual wait is random, up to two and a half times as long.',
  ),
  probeMinMs: setting(
    'DOGWATCH_LIMIT_PROBE',
    'run',
    some,
    '15m',
    'Wait before retrying a usage limit without a stated reset; doubled after each refusal.',
  ),
  probeMaxMs: setting('DOGWATCH_LIMIT_PROBE_MAX', 'run', some, '4h', 'Longest wait before retrying such a limit.'),
  limitCeilingMs: setting(
    'DOGWATCH_LIMIT_CEILING',
    'run',
    some,
    '8d',
    'A stated reset further away than this is not believed: the limit is retried as if no reset was stated.',
  ),
  staggerMs: setting(
    'DOGWATCH_STAGGER',
    'run',
    any,
    '30s',
    'Resumes of runs that become due together, after a limit or a reboot, are spread over this time.',
  ),
  limitReservePercent: setting(
    'DOGWATCH_LIMIT_RESERVE',
    'run',
    reserve({ most: 90 }),
    '0%',
    "The part of an account's usage windows that is left to people: at it nothing is started, and living attempts end with their turn.",
  ),
  hours: setting(
    'DOGWATCH_HOURS',
    'run',
    hours(),
    'always',
    'When attempts and recovery agents may be started, such as `Mon-Fri 19:00-07:00, Sat-Sun; Europe/Berlin`.',
  ),
  hoursLiving: setting(
    'DOGWATCH_HOURS_LIVING',
    'run',
    choice(LIVING),
    'turn',
    'What becomes of an attempt that lives when the hours end: finish leaves it alone, turn ends it when its turn is over, end at once.',
  ),
  resumePrompt: setting(
    'DOGWATCH_RESUME_PROMPT',
    'run',
    promptTemplate(),
    () => DEFAULT_PROMPT,
    'Template of the prompt that a resumed agent gets.',
  ),
  leaseTimeoutMs: setting(
    'DOGWATCH_LEASE_TIMEOUT',
    'host',
    // Several signs of life fit into the shortest timeout.
    duration({ leastMs: 10_000 }),
    '60s',
    'A watchdog that has been stopped for longer than this is replaced.',
  ),
  journal: setting(
    'DOGWATCH_JOURNAL',
    'host',
    choice(['auto', '1', '0']),
    'auto',
    'With 1, decisions are written to the system journal with fields, by `logger --journald`; auto: if the watchdog runs as a service.',
  ),
  historyMaxAgeMs: setting(
    'DOGWATCH_HISTORY_MAX_AGE',
    'host',
    age(),
    '90d',
    'For a run that ended longer ago than this, the history keeps only how it ended.',
  ),
  ballastBytes: setting(
    'DOGWATCH_BALLAST',
    'host',
    bytes({ mostBytes: 2 ** 30 }),
    '16MiB',
    'Space kept in reserve, so that dogwatch can go on when the disk is full.',
  ),
  launcher: setting(
    'DOGWATCH_LAUNCHER',
    'run',
    choice(LAUNCHERS),
    'auto',
    'How attempts are started; auto: in a systemd unit if dogwatch itself is a service, else as a process.',
  ),
  standby: setting(
    'DOGWATCH_STANDBY',
    'host',
    count(),
    '64',
    'Number of runs whose next attempt is prepared while the present one works, so that it starts faster; 0 prepares none.',
  ),
  keepWorktreeBytes: setting(
    'DOGWATCH_KEEP_WORKTREE',
    'run',
    bytes({ mostBytes: 2 ** 40 }),
    '100MiB',
    'Before each attempt the git worktree is kept in its repository for `dogwatch diff` and `dogwatch rewind`, unless more than this is changed or untracked; 0 keeps nothing.',
  ),
  ...FLEET_SETTINGS,
  ...COST_SETTINGS,
  ...PRICE_SETTINGS,
  ...RECOVERY_SETTINGS,
  ...RECLAIM_SETTINGS,
  ...DISK_SETTINGS,
  ...NOTIFY_SETTINGS,
} as const;

export type SettingKey = keyof typeof SETTINGS;

export type Settings = { readonly [Key in SettingKey]: (typeof SETTINGS)[Key] extends Setting<infer T> ? T : never };

/** Writes a value as the operator would. */
export function printSetting<Key extends SettingKey>(key: Key, value: Settings[Key]): string {
  const { type } = SETTINGS[key] as unknown as Setting<Settings[Key]>;
  return type.codec.print(value);
}
