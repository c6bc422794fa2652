import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Results } from '../results.ts';
import { measuredTable } from './measured.ts';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

test('the table of the help is that of the stored results', () => {
  const [, table = ''] = /<!-- measured -->\n([\s\S]*?)<!-- \/measured -->/.exec(read('src/help/measured.md')) ?? [];
  const expected = measuredTable(JSON.parse(read('test/bench/results.json')) as Results);
  expect(table.trim().split('\n')).toEqual(expected);
});
