import type { Hold, RunState } from '../core/model/facts.ts';
import { isOver } from '../core/model/run.ts';
import { STATES } from '../core/model/states.ts';
import type { RunView, View } from '../view/model.ts';
import { by, type Family, gauge, one, type Sample, seconds } from './family.ts';

/** Runs, accounts and filesystems with series of their own: a name is a new series for ever. */
export const MOST_RUNS = 200;
const MOST_ACCOUNTS = 50;
const MOST_FILESYSTEMS = 50;

const HOLDS = ['limit', 'auth', 'disk', 'operator', 'backoff', 'common-cause', 'hours', 'reserve', 'cap'] as const satisfies Hold['kind'][];
const TOKENS = [
  ['input', 'input'],
  ['output', 'output'],
  ['cacheRead', 'cache_read'],
  ['cacheWrite', 'cache_write'],
] as const;

/** What is known beside the view. */
export interface Beside {
  readonly version: string;
  /** Of the database with its log, or null if there is none. */
  readonly storeBytes: number | null;
}

/** The state at this moment. Of each run only its current state, and of no run that is done. */
export function gaugesOf(view: View, { version, storeBytes }: Beside): readonly Family[] {
  const current = view.runs.filter(({ group }) => group !== 'done');
  const shown = current.slice(0, MOST_RUNS);
  return [
    gauge('dogwatch_build_info', 'The version that writes these metrics.', [{ labels: { version }, value: 1 }]),
    ...ofHost(view),
    gauge('dogwatch_store_bytes', 'Size of the database with its log.', one(storeBytes)),
    gauge('dogwatch_runs', 'Runs by state.', by('state', countsByState(view.runs))),
    gauge('dogwatch_runs_by_group', 'Runs by what they need: a person, time, nothing.', by('group', view.counts)),
    gauge('dogwatch_runs_unreadable', 'Runs whose row in the database is damaged.', one(view.unreadable.length)),
    gauge('dogwatch_runs_without_series', 'Runs beyond the most that have series of their own.', one(current.length - shown.length)),
    gauge('dogwatch_holds', 'Runs with a hold of this kind.', by('kind', countsByHold(view.runs))),
    ...ofRuns(shown),
    ...ofAccounts(view.accounts.slice(0, MOST_ACCOUNTS)),
    ...ofFilesystems(view.host.filesystems.slice(0, MOST_FILESYSTEMS)),
    ...ofNotices(view),
  ];
}

function ofHost({ host, keptAt }: View): readonly Family[] {
  return [
    gauge('dogwatch_watchdog_heartbeat_timestamp_seconds', "The watchdog's last sign of life.", one(seconds(host.seenAt))),
    gauge('dogwatch_watchdog_alive', 'Whether a watchdog is alive and not stopped.', one(Number(host.condition === 'alive'))),
    gauge(
      'dogwatch_state_readable',
      '0 if these facts are from a snapshot, because the database cannot be read.',
      one(Number(keptAt === null)),
    ),
    gauge('dogwatch_state_writable', '0 if the state is on a read-only filesystem.', one(Number(host.readOnly === null))),
    gauge('dogwatch_gate_last_run_timestamp_seconds', 'When `dogwatch supervise` last ran.', one(seconds(host.gateAt))),
  ];
}

function ofRuns(runs: readonly RunView[]): readonly Family[] {
  const each = (of: (run: RunView) => number): readonly Sample[] => runs.map((run) => ({ labels: { run: run.name }, value: of(run) }));
  return [
    gauge(
      'dogwatch_run_info',
      'What the run is.',
      labelled(runs, (run) => [[{ agent: run.agent }, 1]]),
    ),
    gauge(
      'dogwatch_run_state',
      'Only the current state, as 1.',
      labelled(runs, (run) => [[{ state: run.state }, 1]]),
    ),
    gauge(
      'dogwatch_run_needs_person',
      '1 if the run needs a person.',
      each(({ group }) => Number(group === 'person')),
    ),
    gauge(
      'dogwatch_run_last_progress_timestamp_seconds',
      'The last milestone, or the start if there is none.',
      each(({ milestone, startedAt }) => Date.parse(milestone?.at ?? startedAt) / 1000),
    ),
    gauge(
      'dogwatch_run_resumes_without_progress',
      'Resumes since then that count.',
      each((run) => run.resumesWithoutProgress),
    ),
    gauge(
      'dogwatch_run_budget',
      'After how many of them it is handed off.',
      each(({ maxResumes }) => maxResumes),
    ),
    gauge(
      'dogwatch_run_hold_until_timestamp_seconds',
      'When a hold ends. A hold that no clock ends has no series.',
      labelled(runs, ({ holds }) =>
        holds.flatMap(({ kind, until }) => (until === null ? [] : [[{ kind }, Date.parse(until) / 1000] as const])),
      ),
    ),
    gauge(
      'dogwatch_run_spend_usd',
      'US dollars that the run has cost, at least.',
      labelled(runs, ({ cost }) =>
        cost.usd === null
          ? []
          : [
              [{ provenance: 'stated' }, cost.statedUsd],
              [{ provenance: 'computed' }, cost.computedUsd],
            ],
      ),
    ),
    gauge(
      'dogwatch_run_tokens',
      'Tokens that the run has used.',
      labelled(runs, ({ cost: { tokens } }) => (tokens === null ? [] : TOKENS.map(([key, kind]) => [{ kind }, tokens[key]] as const))),
    ),
  ];
}

function ofAccounts(accounts: View['accounts']): readonly Family[] {
  const windows = accounts.flatMap(({ account, windows: its }) =>
    its.map((window) => ({ labels: { account, window: window.name, model: window.model ?? '' }, window })),
  );
  type Window = (typeof windows)[number]['window'];
  const known = (of: (window: Window) => number | null): readonly Sample[] =>
    windows.flatMap(({ labels, window }) => {
      const value = of(window);
      return value === null ? [] : [{ labels, value }];
    });
  return [
    gauge(
      'dogwatch_account_holds',
      'Holds on the account itself.',
      accounts.map(({ account, holds }) => ({ labels: { account }, value: holds.length })),
    ),
    gauge(
      'dogwatch_account_window_used_percent',
      'How much of a usage window is used, as its provider last stated.',
      known(({ usedPercent }) => usedPercent),
    ),
    gauge(
      'dogwatch_account_window_reset_timestamp_seconds',
      'When it begins anew.',
      known(({ resetsAt }) => seconds(resetsAt)),
    ),
    gauge(
      'dogwatch_account_window_stated_timestamp_seconds',
      'When that was stated.',
      known(({ seenAt }) => seconds(seenAt)),
    ),
  ];
}

function ofFilesystems(filesystems: View['host']['filesystems']): readonly Family[] {
  type Filesystem = (typeof filesystems)[number];
  const each = (name: string, help: string, of: (filesystem: Filesystem) => number) =>
    gauge(
      `dogwatch_filesystem_${name}_bytes`,
      help,
      filesystems.map((one) => ({ labels: { mountpoint: one.path }, value: of(one) })),
    );
  return [
    each('available', 'What is available to this user.', ({ availableBytes }) => availableBytes),
    each('size', 'Its size.', ({ totalBytes }) => totalBytes),
    each('enter', 'Below this it is short of space.', ({ softBytes }) => softBytes),
    each('critical', 'Below this nothing is resumed there.', ({ criticalBytes }) => criticalBytes),
    each('exit', 'From here on it is not short any more.', ({ exitBytes }) => exitBytes),
  ];
}

function ofNotices({ notices }: View): readonly Family[] {
  const failing = new Map<string, number>();
  for (const { channels } of notices)
    for (const { name, problem } of channels) failing.set(name, (failing.get(name) ?? 0) + Number(problem !== null));
  const open = notices.filter(({ state }) => state === 'open').length;
  return [
    gauge('dogwatch_notices_unacknowledged', 'Notices that nobody has acknowledged.', one(open)),
    gauge('dogwatch_notices_failing', 'Notices that the channel did not accept the last time.', by('channel', Object.fromEntries(failing))),
  ];
}

const countsByState = (runs: readonly RunView[]): Record<string, number> =>
  Object.fromEntries((Object.keys(STATES) as RunState[]).map((state) => [state, runs.filter((run) => run.state === state).length]));

const countsByHold = (runs: readonly RunView[]): Record<string, number> =>
  Object.fromEntries(
    HOLDS.map((kind) => [kind, runs.filter((run) => !isOver(run) && run.holds.some((hold) => hold.kind === kind)).length]),
  );

const labelled = (
  runs: readonly RunView[],
  of: (run: RunView) => readonly (readonly [Readonly<Record<string, string>>, number])[],
): readonly Sample[] => runs.flatMap((run) => of(run).map(([more, value]) => ({ labels: { run: run.name, ...more }, value })));
