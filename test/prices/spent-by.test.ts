import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Interpreter } from '../../src/agents/contract/agent.ts';
import { spentBy } from '../../src/prices/spent-by.ts';

const RATES = [{ pattern: '*', rate: { input: 1, output: 1, cacheRead: 1, cacheWrite: 1 } }];

/** Each line is the id of an answer that used a million tokens. */
const interpreter: Interpreter = {
  read: (lines) =>
    lines.map((id) => ({
      kind: 'usage',
      of: 'answer',
      id,
      shares: [{ model: null, tokens: { input: 1e6, output: 0, cacheRead: 0, cacheWrite: 0 }, money: null }],
    })),
};

function logged(text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-spent-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(join(directory, 'log'), text);
  return join(directory, 'log');
}

test('a log is read to its end, in pieces, with a line that was cut off', () => {
  const lines = Array.from({ length: 50 }, (_, index) => `${index} ${'x'.repeat(100_000)}`).join('\n');
  expect(spentBy(logged(lines), { interpreter, model: 'm', rates: RATES })).toMatchObject([{ model: 'm', computedUsd: 50 }]);
});

test('an absent or empty log does not say', () => {
  expect(spentBy(logged(''), { interpreter, model: 'm', rates: RATES })).toBe(null);
  expect(spentBy('/no/such/log', { interpreter, model: 'm', rates: RATES })).toBe(null);
});
