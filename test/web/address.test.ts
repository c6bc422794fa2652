import { expect, test } from 'vitest';
import { hostOfOrigin, parseAddress } from '../../src/web/address.ts';
import { bearerOf, newToken } from '../../src/web/token.ts';

test.each([
  ['127.0.0.1:8080', { kind: 'port', host: '127.0.0.1', port: 8080 }],
  ['localhost:8080', { kind: 'port', host: '127.0.0.1', port: 8080 }],
  ['[::1]:8080', { kind: 'port', host: '::1', port: 8080 }],
  ['8080', { kind: 'port', host: '127.0.0.1', port: 8080 }],
  ['127.0.0.1:0', { kind: 'port', host: '127.0.0.1', port: 0 }],
  ['/run/user/1000/dogwatch/web.sock', { kind: 'socket', path: '/run/user/1000/dogwatch/web.sock' }],
  ['0.0.0.0:8080', 'remote'],
  ['[::]:8080', 'remote'],
  [':8080', 'remote'],
  ['192.0.2.7:80', 'remote'],
  ['[2001:db8::1]:80', 'remote'],
  ['127.0.0.1.evil.test:80', 'remote'],
  ['dogwatch.example:80', 'remote'],
  ['2130706433:80', 'remote'],
  ['0.0.0.0', 'remote'],
  ['127.0.0.1:65536', 'invalid'],
  ['127.0.0.1:8080/', 'invalid'],
  ['http://127.0.0.1:8080', 'invalid'],
  ['', 'invalid'],
  ['web.sock x', 'invalid'],
  [`/${'x'.repeat(107)}`, 'long'],
  [`/${'x'.repeat(106)}`, { kind: 'socket', path: `/${'x'.repeat(106)}` }],
])('%s', (text, expected) => {
  expect(parseAddress(text)).toEqual(expected);
});

test.each([
  ['https://dogwatch.example', 'dogwatch.example'],
  ['https://Dogwatch.Example:8443/', 'dogwatch.example:8443'],
  ['http://localhost:8080', 'localhost:8080'],
  ['https://dogwatch.example/path', null],
  ['https://user@dogwatch.example', null],
  ['dogwatch.example', null],
  ['javascript:alert(1)', null],
])('the Host of %s', (origin, host) => {
  expect(hostOfOrigin(origin)).toBe(host);
});

test('a token has 192 bits, and another one is made each time', () => {
  const tokens = Array.from({ length: 100 }, newToken);
  expect(new Set(tokens).size).toBe(100);
  for (const token of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(24);
  expect(bearerOf(tokens[0] ?? '')(`Bearer ${tokens[0]}`)).toBe(true);
  expect(bearerOf(tokens[0] ?? '')(`Bearer ${tokens[1]}`)).toBe(false);
});
