import { SILENT_S } from './alerts.ts';

/** A row of the board, and what it asks. */
export interface Section {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export interface Panel {
  readonly title: string;
  readonly type: 'stat' | 'timeseries' | 'table';
  readonly queries: readonly (readonly [expr: string, legend: string])[];
  readonly unit?: string;
  readonly description?: string;
  /** From these values on it has these colours; otherwise no colour says that all is well. */
  readonly steps?: readonly (readonly [from: number | null, color: 'green' | 'orange' | 'red'])[];
  /** What it says without data. A panel that can be green is red then. */
  readonly without?: string;
}

const HOST = 'instance=~"$instance"';
const HEARTBEAT = `dogwatch_watchdog_heartbeat_timestamp_seconds{${HOST}}`;
/** Facts that nobody keeps current are neither shown as zero nor as well: there is no data. */
const ifWatched = (expr: string): string => `(${expr}) and on (job, instance) (time() - ${HEARTBEAT} < ${SILENT_S})`;
const zeroUnlessWatched = (expr: string): string => `${expr} * on (job, instance) (time() - ${HEARTBEAT} < bool ${SILENT_S})`;
const NONE_IS_WELL = [
  [null, 'green'],
  [1, 'red'],
] as const;
const ONE_IS_WELL = [
  [null, 'red'],
  [1, 'green'],
] as const;
const NOBODY = 'nobody is looking';

export const SECTIONS: readonly Section[] = [
  {
    title: 'Who needs you',
    panels: [
      {
        title: 'Runs that need you',
        type: 'stat',
        queries: [[ifWatched(`dogwatch_runs_by_group{group="person",${HOST}}`), '{{instance}}']],
        steps: NONE_IS_WELL,
        without: NOBODY,
      },
      {
        title: 'Notices not acknowledged',
        type: 'stat',
        queries: [[ifWatched(`dogwatch_notices_unacknowledged{${HOST}}`), '{{instance}}']],
        steps: NONE_IS_WELL,
        without: NOBODY,
      },
      {
        title: 'Runs by what they need',
        type: 'timeseries',
        queries: [[`sum by (group) (dogwatch_runs_by_group{${HOST}})`, '{{group}}']],
      },
      {
        title: 'Which need you',
        type: 'table',
        queries: [[`dogwatch_run_needs_person{${HOST}} == 1`, '{{run}}']],
        description: '`dogwatch explain RUN` says why, and what to type.',
      },
      { title: 'Runs by state', type: 'timeseries', queries: [[`sum by (state) (dogwatch_runs{${HOST}})`, '{{state}}']] },
      { title: 'Runs with a hold', type: 'timeseries', queries: [[`sum by (kind) (dogwatch_holds{${HOST}})`, '{{kind}}']] },
      {
        title: 'Usage windows of accounts',
        type: 'timeseries',
        queries: [[`dogwatch_account_window_used_percent{${HOST}}`, '{{account}} {{window}} {{model}}']],
        unit: 'percent',
      },
    ],
  },
  {
    title: 'Can you trust it',
    panels: [
      {
        title: 'Last sign of life of the watchdog',
        type: 'stat',
        queries: [[`time() - ${HEARTBEAT}`, '{{instance}}']],
        unit: 's',
        steps: [
          [null, 'green'],
          [60, 'orange'],
          [SILENT_S, 'red'],
        ],
        without: 'no sign of life',
      },
      {
        title: 'Watchdog alive',
        type: 'stat',
        queries: [[zeroUnlessWatched(`dogwatch_watchdog_alive{${HOST}}`), '{{instance}}']],
        steps: ONE_IS_WELL,
        without: NOBODY,
      },
      {
        title: 'State readable and writable',
        type: 'stat',
        queries: [[zeroUnlessWatched(`(dogwatch_state_readable{${HOST}} * dogwatch_state_writable{${HOST}})`), '{{instance}}']],
        steps: ONE_IS_WELL,
        without: NOBODY,
      },
      {
        title: 'Last hourly check',
        type: 'stat',
        queries: [[`time() - dogwatch_gate_last_run_timestamp_seconds{${HOST}}`, '{{instance}}']],
        unit: 's',
        steps: [
          [null, 'green'],
          [7800, 'red'],
        ],
        without: 'it never ran',
      },
      {
        title: 'Notices per hour, by channel and outcome',
        type: 'timeseries',
        queries: [[`sum by (channel, outcome) (increase(dogwatch_notices_total{${HOST}}[1h]))`, '{{channel}} {{outcome}}']],
      },
      { title: 'Size of the database', type: 'timeseries', queries: [[`dogwatch_store_bytes{${HOST}}`, '{{instance}}']], unit: 'bytes' },
    ],
  },
  {
    title: 'Disks',
    panels: [
      {
        title: 'Available, and the marks of pressure',
        type: 'timeseries',
        queries: [
          [`dogwatch_filesystem_available_bytes{${HOST}}`, '{{mountpoint}}'],
          [`dogwatch_filesystem_enter_bytes{${HOST}}`, '{{mountpoint}} short below'],
          [`dogwatch_filesystem_exit_bytes{${HOST}}`, '{{mountpoint}} well above'],
        ],
        unit: 'bytes',
      },
      {
        title: 'Used',
        type: 'timeseries',
        queries: [[`1 - dogwatch_filesystem_available_bytes{${HOST}} / dogwatch_filesystem_size_bytes{${HOST}}`, '{{mountpoint}}']],
        unit: 'percentunit',
      },
      {
        title: 'Reclaimed per hour',
        type: 'timeseries',
        queries: [[`sum by (reclaimer) (increase(dogwatch_reclaimed_bytes_total{${HOST}}[1h]))`, '{{reclaimer}}']],
        unit: 'bytes',
      },
    ],
  },
  {
    title: 'Speed and cost',
    panels: [
      {
        title: 'Resumes per hour, by what led to them',
        type: 'timeseries',
        queries: [[`sum by (cause) (increase(dogwatch_resumes_total{${HOST}}[1h]))`, '{{cause}}']],
      },
      {
        title: 'From the decision to resume until the process runs',
        type: 'timeseries',
        queries: [
          [`histogram_quantile(0.5, sum by (le) (increase(dogwatch_resume_delay_seconds_bucket{${HOST}}[1h])))`, 'half'],
          [`histogram_quantile(0.95, sum by (le) (increase(dogwatch_resume_delay_seconds_bucket{${HOST}}[1h])))`, '95 %'],
        ],
        unit: 's',
      },
      {
        title: 'Decisions per hour',
        type: 'timeseries',
        queries: [[`sum by (kind) (increase(dogwatch_decisions_total{${HOST}}[1h]))`, '{{kind}}']],
      },
      {
        title: 'Budget used: resumes without progress',
        type: 'timeseries',
        queries: [[`dogwatch_run_resumes_without_progress{${HOST}} / dogwatch_run_budget{${HOST}}`, '{{run}}']],
        unit: 'percentunit',
      },
      {
        title: 'Since the last progress',
        type: 'timeseries',
        queries: [[`time() - dogwatch_run_last_progress_timestamp_seconds{${HOST}}`, '{{run}}']],
        unit: 's',
      },
      {
        title: 'Spent per hour',
        type: 'timeseries',
        queries: [[`sum by (provenance) (increase(dogwatch_spend_usd_total{${HOST}}[1h]))`, '{{provenance}}']],
        unit: 'currencyUSD',
      },
      {
        title: 'Spent by runs that are not done',
        type: 'timeseries',
        queries: [[`sum by (run) (dogwatch_run_spend_usd{${HOST}})`, '{{run}}']],
        unit: 'currencyUSD',
      },
      {
        title: 'Tokens per hour',
        type: 'timeseries',
        queries: [[`sum by (kind) (increase(dogwatch_tokens_total{${HOST}}[1h]))`, '{{kind}}']],
      },
    ],
  },
];
