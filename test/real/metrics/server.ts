import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ALERTS } from '../../../src/metrics/alerts.ts';
import { unpackedIn } from '../unpacked.ts';

const bin = (name: string): string => join(unpackedIn('prometheus'), 'usr/bin', name);

/** Runs promtool, and returns its exit status and all that it printed. */
export function promtool(args: readonly string[], input = ''): { readonly status: number | null; readonly printed: string } {
  const { status, stdout, stderr } = spawnSync(bin('promtool'), args, { input, encoding: 'utf8' });
  return { status, printed: `${stdout}${stderr}` };
}

export function emptyDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-metrics-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** What a query returned: the labels of each series, and its value now. */
export type Answer = readonly { readonly metric: Readonly<Record<string, string>>; readonly value: number }[];

export interface Prometheus {
  query(expr: string): Promise<Answer>;
  /** The names of the alerts that are firing. */
  firing(): Promise<readonly string[]>;
  /** Whether the target was scraped the last time, or null before the first. */
  isUp(): Promise<boolean | null>;
}

/** A real server on loopback that scrapes this port every second, with the alert rules. */
export async function prometheus(target: number): Promise<Prometheus> {
  const directory = emptyDirectory();
  const port = await freePort();
  writeFileSync(join(directory, 'dogwatch.yml'), ALERTS);
  writeFileSync(
    join(directory, 'prometheus.yml'),
    `global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [dogwatch.yml]
scrape_configs:
  - job_name: dogwatch
    static_configs: [{ targets: ['127.0.0.1:${target}'] }]
`,
  );
  mkdirSync(join(directory, 'data'));
  const args = [
    `--config.file=${join(directory, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(directory, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  ended(spawn(bin('prometheus'), args, { stdio: 'ignore' }));
  const get = async (path: string): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`);
    const { status, data, error } = (await response.json()) as { status: string; data: unknown; error?: string };
    if (status !== 'success') throw new Error(`${path}: ${error}`);
    return data;
  };
  const query = async (expr: string): Promise<Answer> => {
    const { result } = (await get(`query?query=${encodeURIComponent(expr)}`)) as {
      result: readonly { metric: Record<string, string>; value: readonly [number, string] }[];
    };
    return result.map(({ metric, value: [, value] }) => ({ metric, value: Number(value) }));
  };
  return {
    query,
    firing: async () => {
      const { alerts } = (await get('alerts')) as { alerts: readonly { state: string; labels: { alertname: string } }[] };
      return [...new Set(alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname))];
    },
    isUp: async () => {
      const [up] = await query('up').catch(() => []);
      return up === undefined ? null : up.value === 1;
    },
  };
}

/** Ends it after the test. */
export function ended(child: ChildProcess): ChildProcess {
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  );
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
