/** Without a sign of life for this many seconds, nothing that the watchdog says is current. */
export const SILENT_S = 300;

/** Alert rules for Prometheus. */
export const ALERTS = `# Alert rules of dogwatch for Prometheus: \`dogwatch metrics alerts >/etc/prometheus/dogwatch.yml\`,
# and rule_files: [dogwatch.yml] in prometheus.yml.
groups:
  - name: dogwatch
    rules:
      - alert: DogwatchWatchdogSilent
        expr: time() - dogwatch_watchdog_heartbeat_timestamp_seconds > ${SILENT_S}
        labels: { severity: critical }
        annotations:
          summary: 'No sign of life of the watchdog on {{ $labels.instance }} for {{ $value | humanizeDuration }}'
          description: 'Nothing is resumed. On that machine: dogwatch status'
      - alert: DogwatchWatchdogAbsent
        expr: dogwatch_build_info unless on (job, instance) dogwatch_watchdog_heartbeat_timestamp_seconds
        for: 5m
        labels: { severity: critical }
        annotations:
          summary: 'No watchdog has run on {{ $labels.instance }} since it was booted'
          description: 'Nothing is resumed. On that machine: dogwatch watch'
      - alert: DogwatchMetricsAbsent
        expr: absent(dogwatch_watchdog_heartbeat_timestamp_seconds)
        for: 5m
        labels: { severity: critical }
        annotations:
          summary: 'No machine says how dogwatch is'
          description: 'Neither a watchdog nor \`dogwatch metrics\` can be seen anywhere.'
      - alert: DogwatchNeedsYou
        expr: dogwatch_run_needs_person == 1
        for: 10m
        labels: { severity: warning }
        annotations:
          summary: 'The run {{ $labels.run }} on {{ $labels.instance }} needs a person'
          description: 'On that machine: dogwatch explain {{ $labels.run }}'
      - alert: DogwatchNoProgress
        expr: |
          time() - dogwatch_run_last_progress_timestamp_seconds > 3 * 3600
            and on (job, instance, run) dogwatch_run_state{state="working"} == 1
        for: 5m
        labels: { severity: warning }
        annotations:
          summary: 'The run {{ $labels.run }} on {{ $labels.instance }} works, but has made no progress for {{ $value | humanizeDuration }}'
          description: 'On that machine: dogwatch logs {{ $labels.run }}'
      - alert: DogwatchDiskFullIn6h
        expr: predict_linear(dogwatch_filesystem_available_bytes[1h], 6 * 3600) < 0
        for: 10m
        labels: { severity: warning }
        annotations:
          summary: 'At the rate of the last hour {{ $labels.mountpoint }} on {{ $labels.instance }} is full within 6 hours'
          description: 'On that machine: dogwatch reclaim --dry-run'
      - alert: DogwatchNoticesFailing
        expr: dogwatch_notices_failing > 0
        for: 10m
        labels: { severity: warning }
        annotations:
          summary: 'Notices do not reach {{ $labels.channel }} from {{ $labels.instance }}'
          description: 'On that machine: dogwatch notify --test'
      - alert: DogwatchGateMissed
        expr: time() - dogwatch_gate_last_run_timestamp_seconds > 2 * 3600 + 600
        labels: { severity: warning }
        annotations:
          summary: 'The hourly check of all runs has not run on {{ $labels.instance }} for {{ $value | humanizeDuration }}'
          description: 'On that machine: systemctl list-timers dogwatch-supervise.timer'
      - alert: DogwatchStateUnreadable
        expr: dogwatch_state_readable == 0 or dogwatch_state_writable == 0
        for: 5m
        labels: { severity: critical }
        annotations:
          summary: 'The state of dogwatch on {{ $labels.instance }} cannot be read or written'
          description: 'On that machine: dogwatch doctor'
`;
