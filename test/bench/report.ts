import { writeFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { CHART_NAME, growthCells, growthChart } from './growth/section.ts';
import { keep, type Part, type Results, TEXT_FILE } from './results.ts';
import type { Row, Skipped } from './row.ts';
import { besidePeers } from './run/beside.ts';
import { QUICK } from './size.ts';

/**
 * Writes everything known about this machine as text and as JSON. Parts that were not measured now
 * keep their figures.
 */
export function write(measured: readonly Part[], order: readonly string[]): void {
  const results = keep(machine(), measured, order);
  writeFileSync(TEXT_FILE, textOf(results));
  const chart = growthChart(results.parts);
  if (chart !== null) writeFileSync(join(dirname(TEXT_FILE), CHART_NAME), chart);
}

export function print(measured: readonly Part[], order: readonly string[]): void {
  const text = textOf({ machine: machine(), parts: measured });
  process.stdout.write(`\n${text}\n${measured.length} of ${order.length} parts; all of them: ${TEXT_FILE}\n`);
}

const machine = (): string =>
  `${cpus()[0]?.model.trim() ?? arch()}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 20)} MB, Linux ${release()}, Node ${process.version}`;

const isRow = (one: Row | Skipped): one is Row => !('skipped' in one);

export function textOf({ machine: where, parts }: Results): string {
  const barred = parts.flatMap(({ results, load }) =>
    results.filter(isRow).flatMap((one) => (one.bar === null ? [] : [{ ...one, load, beside: besidePeers(one, results) }])),
  );
  return `${[
    '# Measured',
    '',
    `By \`npm run bench\`${QUICK ? ' (QUICK: these figures mean little)' : ''} on ${where}.`,
    'The load is that of the machine before and after a part: what else ran on the same cores. Nothing is left out; what could not be measured says why.',
    '',
    '## Bars',
    '',
    ...table(
      ['what', 'bar', 'p50', 'p95', 'most', '', 'times its peers, p50 (p95)', 'load'],
      barred.map((one) => [
        one.what,
        one.bar ?? '',
        value(one, one.p50),
        value(one, one.p95),
        value(one, one.most),
        verdict(one),
        one.beside,
        one.load,
      ]),
    ),
    ...growthText(parts),
    ...parts.flatMap(partText),
  ].join('\n')}\n`;
}

function growthText(parts: readonly Part[]): readonly string[] {
  const cells = growthCells(parts);
  if (cells.length === 0) return [];
  return [
    '',
    '## Growth',
    '',
    'By how much each figure grows with a size: the exponent by least squares on the logarithms of the medians (0: constant, 1: linear), and that between the two largest sizes, where a constant part such as the start of Node counts least.',
    '',
    `![How figures grow](${CHART_NAME})`,
    '',
    ...table(['what', 'sizes', 'exponent', 'at the end'], cells),
  ];
}

const partText = ({ name, at, load, results }: Part): readonly string[] => [
  '',
  `## ${name[0]?.toUpperCase()}${name.slice(1)}`,
  '',
  `${at}, load ${load}`,
  '',
  ...table(
    ['what', 'unit', 'n', 'p50', 'p95', 'p99', 'least – most'],
    results.map((one) => (isRow(one) ? cells(one) : [one.what, '', '', `not here: ${one.skipped}`, '', '', ''])),
  ),
];

const cells = ({ what, unit, samples, p50, p95, p99, least, most, note }: Row): readonly string[] => [
  note === null ? what : `${what} (${note})`,
  unit,
  String(samples),
  figure(p50),
  ...(samples === 1 ? ['', '', ''] : [figure(p95), figure(p99), `${figure(least)} – ${figure(most)}`]),
];

const table = (head: readonly string[], lines: readonly (readonly string[])[]): readonly string[] =>
  [head, head.map(() => '---'), ...lines].map((line) => `| ${line.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`);

const verdict = ({ met }: Row): string => (met === true ? 'met' : '**not met**');
const value = ({ unit }: Row, number: number): string => `${figure(number)} ${unit}`;
const figure = (number: number): string => (number >= 100 ? number.toFixed(0) : number.toPrecision(3));
