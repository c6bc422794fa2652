import { expect, test } from 'vitest';
import { growthChart } from './growth/section.ts';
import { textOf } from './report.ts';
import type { Part } from './results.ts';
import { row } from './row.ts';

const grown = (at: number, ms: number) => row(`status of ${at} runs`, 'ms', [ms], { growth: { line: 'status', of: 'runs', at } });
const bar = { text: 'p95 ≤ 10 ms', isMet: ({ p95 }: { p95: number }) => p95 <= 10 };
const part = (...results: Part['results']): Part => ({ name: 'status', at: '2026-11-30T12:00:00Z', load: '0.1 → 0.2', results });

test('the report says of each bar whether it was met, and of each line how it grows', () => {
  const parts = [part(grown(1, 5), grown(1000, 40), row('a death', 'ms', [12], { bar }))];
  const text = textOf({ machine: 'a machine', parts });
  expect(text).toContain('| a death | p95 ≤ 10 ms | 12.0 ms | 12.0 ms | 12.0 ms | **not met** |');
  expect(text).toContain('| status, by runs | 1 – 1,000 | 0.30 | 0.30 |');
  expect(text).toContain('![How figures grow](growth.svg)');
  expect(growthChart(parts)).toContain('>status<tspan');
});

test('without figures at several sizes it has no section on growth', () => {
  const parts = [part(grown(1, 5), { what: 'idle', skipped: 'not here' })];
  expect(textOf({ machine: 'a machine', parts })).not.toContain('Growth');
  expect(growthChart(parts)).toBeNull();
});
