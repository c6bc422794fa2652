import { expect, test } from 'vitest';
import { opened, sealed, signedText } from '../../../src/fleet/rows/envelope.ts';

const DOCUMENT = JSON.stringify({ name: 'build', why: 'it said "wait", \u2028 and \ud800', 2: 'two', nothing: null, deep: [{ '': -0 }] });

test.each([
  ['a document', DOCUMENT, 'c2ln'],
  ['one without a signature', '{}', null],
  ['a run that its host does not have any more', '', 'c2ln'],
])('%s is read as it was posted', (_, document, signature) => {
  expect(opened(sealed({ number: 1_700_000_000_000, document }, signature))).toEqual({ number: 1_700_000_000_000, document, signature });
});

test.each([
  '',
  'nonsense',
  'null',
  '[]',
  '{"number":"1","document":{}}',
  '{"number":1.5,"document":{}}',
  '{"number":1}',
  '{"number":1,"document":"x"}',
])('%s is no row', (text) => {
  expect(opened(text)).toBe(null);
});

test('a signature is of one row of one fleet', () => {
  const row = { fleet: 'f', bucket: 'runs', key: 'a.b', number: 1, document: '{}' } as const;
  const others = [
    { ...row, fleet: 'g' },
    { ...row, bucket: 'hosts' as const },
    { ...row, key: 'a.c' },
    { ...row, number: 2 },
    { ...row, document: '{"a":1}' },
  ];
  expect(new Set([row, ...others].map(signedText)).size).toBe(6);
});
