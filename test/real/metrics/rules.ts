const WATCHED = 'dogwatch_watchdog_heartbeat_timestamp_seconds{job="dogwatch",instance="one"}';

interface Case {
  readonly name: string;
  /** What is scraped each minute, in the notation of promtool. */
  readonly series: Readonly<Record<string, string>>;
  /** The alert, the minutes after which it is asked for, and how often it fires then. */
  readonly alert: string;
  readonly at: readonly (readonly [minutes: number, firing: number])[];
}

/** Both sides of each rule. Time begins at zero: a heartbeat of `0+60x60` beats each minute. */
export const CASES: readonly Case[] = [
  { name: 'a watchdog that beats', series: { [WATCHED]: '0+60x60' }, alert: 'DogwatchWatchdogSilent', at: [[30, 0]] },
  {
    name: 'a watchdog that has died',
    series: { [WATCHED]: '0+60x10 600x50' },
    alert: 'DogwatchWatchdogSilent',
    at: [
      [15, 0],
      [16, 1],
      [59, 1],
    ],
  },
  {
    name: 'a machine that was booted without a watchdog',
    series: { 'dogwatch_build_info{job="dogwatch",instance="one",version="1"}': '1x60', [WATCHED.replace('one', 'two')]: '0+60x60' },
    alert: 'DogwatchWatchdogAbsent',
    at: [
      [4, 0],
      [6, 1],
    ],
  },
  {
    name: 'nobody says anything',
    series: { 'up{job="dogwatch",instance="one"}': '0x60' },
    alert: 'DogwatchMetricsAbsent',
    at: [
      [4, 0],
      [6, 1],
    ],
  },
  { name: 'somebody does', series: { [WATCHED]: '0+60x60' }, alert: 'DogwatchMetricsAbsent', at: [[30, 0]] },
  {
    name: 'a run that needs a person, and one that does not',
    series: {
      'dogwatch_run_needs_person{job="dogwatch",instance="one",run="a"}': '0x5 1x55',
      'dogwatch_run_needs_person{job="dogwatch",instance="one",run="b"}': '0x60',
    },
    alert: 'DogwatchNeedsYou',
    at: [
      [14, 0],
      [17, 1],
    ],
  },
  {
    name: 'no progress of a run that works, and of one that is held',
    series: {
      'dogwatch_run_last_progress_timestamp_seconds{job="dogwatch",instance="one",run="a"}': '0x300',
      'dogwatch_run_state{job="dogwatch",instance="one",run="a",state="working"}': '1x300',
      'dogwatch_run_last_progress_timestamp_seconds{job="dogwatch",instance="one",run="b"}': '0x300',
      'dogwatch_run_state{job="dogwatch",instance="one",run="b",state="held"}': '1x300',
    },
    alert: 'DogwatchNoProgress',
    at: [
      [180, 0],
      [190, 1],
    ],
  },
  {
    name: 'a disk that fills up',
    series: {
      'dogwatch_filesystem_available_bytes{job="dogwatch",instance="one",mountpoint="/a"}': '100000000000-1000000000x90',
      'dogwatch_filesystem_available_bytes{job="dogwatch",instance="one",mountpoint="/b"}': '100000000000x90',
    },
    alert: 'DogwatchDiskFullIn6h',
    at: [[60, 1]],
  },
  {
    name: 'a channel that fails',
    series: { 'dogwatch_notices_failing{job="dogwatch",instance="one",channel="log"}': '0x5 2x55' },
    alert: 'DogwatchNoticesFailing',
    at: [
      [14, 0],
      [17, 1],
    ],
  },
  {
    name: 'an hourly check that is missed',
    series: { 'dogwatch_gate_last_run_timestamp_seconds{job="dogwatch",instance="one"}': '0x300' },
    alert: 'DogwatchGateMissed',
    at: [
      [129, 0],
      [131, 1],
    ],
  },
  {
    name: 'a state that cannot be written',
    series: {
      'dogwatch_state_readable{job="dogwatch",instance="one"}': '1x60',
      'dogwatch_state_writable{job="dogwatch",instance="one"}': '1x5 0x55',
    },
    alert: 'DogwatchStateUnreadable',
    at: [
      [9, 0],
      [12, 1],
    ],
  },
];

/** The series of a case, for promtool. */
export const inputOf = ({ series }: Case): object[] => Object.entries(series).map(([name, values]) => ({ series: name, values }));
