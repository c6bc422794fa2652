import type { Command } from 'commander';
import type { Collector } from '../../metrics/collector.ts';
import { endsWithItsOutput } from '../terminal/output.ts';

interface Options {
  readonly listen?: string | true;
  readonly textfile?: string;
}

/** `dogwatch metrics`: the state for Prometheus, read in a process of its own. */
export function register(program: Command): void {
  const metrics = program
    .command('metrics')
    .description('print the state as metrics for Prometheus, serve them on loopback, or keep them in a file')
    .option('--listen [address]', 'serve them at http://ADDRESS/metrics, on loopback only (default: 127.0.0.1:9726)')
    .option('--textfile <directory>', "keep them in DIRECTORY/dogwatch.prom for node_exporter's textfile collector, every 15 s")
    .addHelpText(
      'after',
      `
Examples:
  dogwatch metrics
  dogwatch metrics --listen
  dogwatch metrics --listen 127.0.0.1:9800
  dogwatch metrics --textfile /var/lib/prometheus/node-exporter
  dogwatch metrics alerts >/etc/prometheus/dogwatch.yml

Counters count what happens while this process runs, from zero. It opens the
state read-only, and goes on while the watchdog is dead: alert on
dogwatch_watchdog_heartbeat_timestamp_seconds, as \`metrics alerts\` does.
`,
    )
    .action((options: Options, command: Command) => show(options, command.parent?.version() ?? 'unknown'));
  metrics
    .command('dashboard')
    .description('print a board for Grafana, as JSON')
    .addHelpText('after', '\nExample:\n  dogwatch metrics dashboard >/var/lib/grafana/dashboards/dogwatch.json\n')
    .action(async () => {
      endsWithItsOutput();
      const { dashboard } = await import('../../metrics/dashboard.ts');
      process.stdout.write(`${JSON.stringify(dashboard(), null, 2)}\n`);
    });
  metrics
    .command('alerts')
    .description('print alert rules for Prometheus, as YAML')
    .addHelpText('after', '\nExample:\n  dogwatch metrics alerts >/etc/prometheus/dogwatch.yml\n')
    .action(async () => {
      endsWithItsOutput();
      const { ALERTS } = await import('../../metrics/alerts.ts');
      process.stdout.write(ALERTS);
    });
}

async function show({ listen, textfile }: Options, version: string): Promise<void> {
  if (listen !== undefined && textfile !== undefined) {
    const { EXIT_USAGE, Problem } = await import('../terminal/problem.ts');
    throw new Problem(EXIT_USAGE, 'these options cannot be combined', { expected: 'one of them', got: '--listen --textfile' });
  }
  endsWithItsOutput();
  const collector = await collectorOf(version);
  if (listen !== undefined) {
    const { serve } = await import('./serve.ts');
    return serve(collector, listen === true ? undefined : listen);
  }
  if (textfile !== undefined) {
    const { keep } = await import('./keep.ts');
    return keep(collector, textfile);
  }
  const { PROMETHEUS } = await import('../../metrics/text.ts');
  try {
    process.stdout.write(await collector.text(PROMETHEUS));
  } finally {
    collector.close();
  }
}

async function collectorOf(version: string): Promise<Collector> {
  const [{ openLayout }, { loadSettings }, { tell }, { Collector: Made }] = await Promise.all([
    import('../client/state-layout.ts'),
    import('../client/load-settings.ts'),
    import('../terminal/tell.ts'),
    import('../../metrics/collector.ts'),
  ]);
  const { notify } = loadSettings(process.env, tell);
  return new Made(openLayout(), { version, channels: ['log', ...notify.map(({ name }) => name)] });
}
