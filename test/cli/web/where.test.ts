import { expect, test } from 'vitest';
import { addressOf, proxiesOf } from '../../../src/cli/web/where.ts';

test.each<[string | undefined, NodeJS.ProcessEnv, object]>([
  [undefined, {}, { kind: 'port', host: '127.0.0.1', port: 0 }],
  [undefined, { RUNTIME_DIRECTORY: '/run/dogwatch' }, { kind: 'socket', path: '/run/dogwatch/web.sock' }],
  ['127.0.0.1:9000', { RUNTIME_DIRECTORY: '/run/dogwatch' }, { kind: 'port', host: '127.0.0.1', port: 9000 }],
])('--listen %s', (listen, env, address) => {
  expect(addressOf(listen, env)).toEqual(address);
});

test('an address that others reach is refused with three ways to do without', () => {
  expect(() => addressOf('0.0.0.0:8080', {})).toThrow(
    expect.objectContaining({
      exitCode: 64,
      explanation: expect.objectContaining({ hint: expect.stringMatching(/1\. .*ssh -L[\s\S]*2\. [\s\S]*3\. [\s\S]*--behind-proxy/) }),
    }),
  );
  expect(() => addressOf('nonsense', {})).toThrow(expect.objectContaining({ exitCode: 64 }));
  expect(() => addressOf(`/${'x'.repeat(200)}`, {})).toThrow('--listen is not valid');
});

test('what is no origin is refused', () => {
  expect(proxiesOf(['https://dogwatch.example'])).toEqual(['dogwatch.example']);
  expect(() => proxiesOf(['dogwatch.example'])).toThrow('--behind-proxy is not valid');
});
