import { Counter, Gauge, Histogram, type OpenMetricsContentType, type PrometheusContentType, Registry } from '@prometheus-io/client';
import { sanitizeForTerminal } from '../system/text/sanitize.ts';
import type { Family, Labels } from './family.ts';

export const PROMETHEUS: PrometheusContentType = Registry.PROMETHEUS_CONTENT_TYPE;
export const OPEN_METRICS: OpenMetricsContentType = Registry.OPENMETRICS_CONTENT_TYPE;

const DELAYS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** How long it takes from the decision to resume until the process runs. */
export const delays = (): Histogram => {
  const help = 'From the decision to resume until the process runs.';
  return new Histogram({ name: 'dogwatch_resume_delay_seconds', help, buckets: DELAYS, registers: [] });
};

/** The metrics in one of the two formats. */
export async function textOf(
  families: readonly Family[],
  histogram: Histogram,
  format: PrometheusContentType | OpenMetricsContentType,
): Promise<string> {
  // A registry of the other format would rename the counters of this one.
  const registry = new Registry(format);
  for (const { name, help, kind, samples } of families) {
    const [first] = samples;
    if (first === undefined) continue;
    const how = { name, help, labelNames: Object.keys(first.labels), registers: [registry] };
    const set = kind === 'gauge' ? gaugeIn(how) : counterIn(how);
    for (const { labels, value } of samples) set(clean(labels), value);
  }
  registry.registerMetric(histogram);
  return registry.metrics();
}

type How = ConstructorParameters<typeof Gauge<string>>[0] & ConstructorParameters<typeof Counter<string>>[0];
type Set = (labels: Labels, value: number) => void;

function gaugeIn(how: Omit<How, 'collect'>): Set {
  const metric = new Gauge<string>(how);
  return (labels, value) => metric.set(labels, value);
}

function counterIn(how: Omit<How, 'collect'>): Set {
  const metric = new Counter<string>(how);
  return (labels, value) => metric.inc(labels, value);
}

/** Names are written by people and agents; somebody may look at the text on a terminal. */
const clean = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, sanitizeForTerminal(value).toWellFormed()]));
