import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, release, tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import type { Row, Skipped } from './row.ts';
import { QUICK } from './size.ts';

/** Prints the results as a table, and writes them as JSON to $DOGWATCH_BENCH_OUT, else below the system's directory for temporary files. */
export function report(results: readonly (Row | Skipped)[], loadBefore: readonly number[]): void {
  const path = process.env.DOGWATCH_BENCH_OUT || join(tmpdir(), 'bench-results.json');
  const machine = {
    cpu: cpus()[0]?.model ?? arch(),
    cores: availableParallelism(),
    memoryMB: Math.round(totalmem() / 2 ** 20),
    kernel: release(),
    node: process.version,
    load: { before: loadBefore, after: loadavg() },
  };
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify({ at: new Date().toISOString(), quick: QUICK, machine, results }, null, 2)}\n`);
  process.stdout.write(`\n${table(results)}\n\n${about(machine)}\n${path}\n`);
}

const HEAD = ['what', 'unit', 'n', 'p50', 'p95', 'p99', 'least – most', 'bar', 'met'];

function table(results: readonly (Row | Skipped)[]): string {
  const lines = [HEAD, ...results.flatMap((one) => ('skipped' in one ? [] : [cells(one)]))];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const text = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  const skipped = results.flatMap((one) => ('skipped' in one ? [`skipped: ${one.what}: ${one.skipped}`] : []));
  return [...text, ...skipped].join('\n');
}

function cells({ what, unit, samples, p50, p95, p99, least, most, bar, met, note }: Row): string[] {
  const single = samples === 1;
  const spread = single ? ['', '', ''] : [figure(p95), figure(p99), `${figure(least)} – ${figure(most)}`];
  const verdict = met === null ? '' : met ? 'yes' : 'NO';
  return [note === null ? what : `${what} (${note})`, unit, String(samples), figure(p50), ...spread, bar ?? '', verdict];
}

const figure = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

function about({
  cpu,
  cores,
  memoryMB,
  kernel,
  node,
  load,
}: { [key: string]: unknown } & { load: { before: readonly number[]; after: readonly number[] } }): string {
  const loads = [load.before, load.after].map(([minute = 0]) => minute.toFixed(1)).join(' before, ');
  return `${cpu}, ${cores} cores, ${memoryMB} MB, Linux ${kernel}, Node ${node}; load ${loads} after${QUICK ? '; QUICK: these figures mean little' : ''}`;
}
