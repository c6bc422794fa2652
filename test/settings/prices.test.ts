import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readSettings } from '../../src/settings/read.ts';

function read(text: string) {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-prices-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, 'prices.json');
  writeFileSync(path, text);
  return readSettings({ DOGWATCH_PRICES: path });
}

describe('the prices of the operator', () => {
  test('are read in the order of the file', () => {
    const { settings, problems } = read(
      '{"a-*": {"input": 1, "output": 2, "cacheRead": 0.1, "cacheWrite": 1.25}, "*": {"input": 3, "output": 4}}',
    );
    expect(problems).toEqual([]);
    expect(settings.prices.rates).toEqual([
      { pattern: 'a-*', rate: { input: 1, output: 2, cacheRead: 0.1, cacheWrite: 1.25 } },
      { pattern: '*', rate: { input: 3, output: 4, cacheRead: 3, cacheWrite: 3 } },
    ]);
  });

  test('are none if nothing is set', () => {
    expect(readSettings({}).settings.prices).toEqual({ path: null, rates: [] });
  });

  test.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['no price of output', '{"a": {"input": 1}}'],
    ['a misspelt price', '{"a": {"input": 1, "output": 2, "cache_read": 1}}'],
    ['a negative price', '{"a": {"input": -1, "output": 2}}'],
    ['a price in words', '{"a": {"input": "1", "output": 2}}'],
    ['an empty pattern', '{"": {"input": 1, "output": 2}}'],
  ])('%s is refused, with the expected form', (_, text) => {
    const { problems } = read(text);
    expect(problems).toEqual([
      expect.objectContaining({
        name: 'DOGWATCH_PRICES',
        expected: expect.stringContaining('{"claude-opus-*": {"input": 5, "output": 25'),
      }),
    ]);
  });

  test.each(['/no/such/file.json', 'relative.json', '/'])('%s is refused', (path) => {
    expect(readSettings({ DOGWATCH_PRICES: path }).problems).toHaveLength(1);
  });
});
