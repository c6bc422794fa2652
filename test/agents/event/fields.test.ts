import { expect, test } from 'vitest';
import { eachOf, fitted, listOf } from '../../../src/agents/event/fields.ts';

const SHAPE = {
  id: 'string',
  n: 'number',
  ok: 'boolean',
  raw: 'any',
  in: { text: 'string' },
  all: listOf({ id: 'string' }),
  by: eachOf('number'),
} as const;

test('what fits is the same object', () => {
  const value = { id: 'a', n: 1, ok: false, raw: null, in: { text: 'x', more: 1 }, all: [{ id: 'b' }], by: { a: 1 }, other: [null] };
  const read = fitted(value, SHAPE);
  expect(read).toEqual(value);
  expect(read?.in).toBe(value.in);
  expect(fitted({ ...value, by: {} }, { ...SHAPE, by: 'any' })).toEqual({ ...value, by: {} });
});

test.each<[field: string, wrong: unknown, left: unknown]>([
  ['id', 7, undefined],
  ['id', null, undefined],
  ['n', '7', undefined],
  ['n', Number.POSITIVE_INFINITY, undefined],
  ['ok', 'true', undefined],
  ['raw', null, null],
  ['in', ['x'], undefined],
  ['in', 'x', undefined],
  ['in', { text: 7, more: 1 }, { more: 1 }],
  ['all', { id: 'b' }, undefined],
  ['all', [null, { id: 'b' }, { id: 7 }, 'x'], [{ id: 'b' }, {}]],
  ['by', { a: 1, b: 'x', c: null }, { a: 1 }],
  ['by', [1], undefined],
])('%s = %j leaves %j, and the rest', (field, wrong, left) => {
  const value = { id: 'a', n: 1, other: true };
  expect(fitted({ ...value, [field]: wrong }, SHAPE)).toEqual({ ...value, [field]: left });
});

test.each([null, undefined, 7, 'x', [[]]])('%j is no event', (value) => expect(fitted(value, SHAPE)).toBe(undefined));
