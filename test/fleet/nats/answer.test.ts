import { headers, type Msg } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { answered, deliveredOf, storedOf, swappedOf } from '../../../src/fleet/nats/answer.ts';

const msg = (text: string, set: Readonly<Record<string, string>> = {}, code = 0): Msg => {
  const all = headers(code, code === 0 ? '' : 'said');
  for (const [name, value] of Object.entries(set)) all.set(name, value);
  return { string: () => text, json: () => JSON.parse(text), headers: all, data: Buffer.from(text) } as unknown as Msg;
};

const refusal = (code: number) =>
  JSON.stringify({ error: { code: 400, err_code: code, description: 'said' }, stream: 'KV_dw_hosts', seq: 0 });

test.each([
  ['{"stream":"KV_dw_hosts","seq":7}', { kind: 'written', rev: 7 }],
  // Both codes were seen for one refusal, in 2.10.27 and 2.15.1.
  [refusal(10_071), { kind: 'refused' }],
  [refusal(10_164), { kind: 'refused' }],
  // No space, no leader, too long, a wrong stream: what became of it is not known.
  [refusal(10_047), { kind: 'unknown' }],
  [refusal(10_008), { kind: 'unknown' }],
  [refusal(10_054), { kind: 'unknown' }],
  ['{"stream":"KV_dw_hosts"}', { kind: 'unknown' }],
  ['{"stream":"KV_dw_hosts","seq":0}', { kind: 'unknown' }],
  ['{"error":{}}', { kind: 'unknown' }],
  ['null', { kind: 'unknown' }],
  ['[]', { kind: 'unknown' }],
  ['+OK', { kind: 'unknown' }],
  ['', { kind: 'unknown' }],
])('a write that was answered with %s', (text, swapped) => expect(swappedOf(msg(text))).toEqual(swapped));

test('a write that was not answered', () => expect(swappedOf(null)).toEqual({ kind: 'unknown' }));

test.each([
  ['a row', msg('x', { 'Nats-Sequence': '7' }), { rev: 7, row: 'x' }],
  ['an empty row', msg('', { 'Nats-Sequence': '7' }), { rev: 7, row: '' }],
  ['a row that was deleted', msg('', { 'Nats-Sequence': '7', 'KV-Operation': 'DEL' }), { rev: 7, row: null }],
  ['a row that was purged', msg('', { 'Nats-Sequence': '7', 'KV-Operation': 'PURGE' }), { rev: 7, row: null }],
  ['no row', msg('', {}, 404), { rev: 0, row: null }],
  ['a request that was not understood', msg('', {}, 408), null],
  ['no header', msg('x'), null],
  ['no answer', null, null],
])('a read that was answered with %s', (_, answer, stored) => expect(storedOf(answer)).toEqual(stored));

test.each([
  ['$JS.ACK.KV_dw_runs.c.1.7.3.1700000000123000000.4', { rev: 7, number: 3, atMs: 1_700_000_000_123, pending: 4 }],
  ['$JS.ACK.hub.hash.KV_dw_runs.c.1.7.3.1700000000123000000.0', { rev: 7, number: 3, atMs: 1_700_000_000_123, pending: 0 }],
  ['$JS.ACK.hub.hash.KV_dw_runs.c.1.7.3.1700000000123000000.0.token', { rev: 7, number: 3, atMs: 1_700_000_000_123, pending: 0 }],
  ['$JS.ACK.KV_dw_runs.c.1.7.3.1700000000123000000', null],
  ['$JS.ACK.KV_dw_runs.c.1.x.3.1700000000123000000.0', null],
  ['$JS.FC.KV_dw_runs.c.1.7.3.4.5', null],
  ['', null],
  [undefined, null],
])('the reply subject %s', (reply, delivered) => expect(deliveredOf(reply)).toEqual(delivered));

test.each([
  ['{"created":"x"}', { created: 'x' }],
  [refusal(10_059), null],
  ['17', null],
  ['no JSON', null],
])('a request of the API that was answered with %s', (text, answer) => expect(answered(msg(text))).toEqual(answer));
