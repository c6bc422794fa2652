import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { interfaces } from './network.ts';

test('no agent can reach anything but this machine', async () => {
  expect(interfaces()).toEqual(['lo']);
  // Below its heading: no route leads anywhere.
  expect(readFileSync('/proc/net/route', 'utf8').trimEnd().split('\n').slice(1)).toEqual([]);
  const outcome = await new Promise((resolve) => {
    connect({ host: '1.1.1.1', port: 443 })
      .once('connect', () => resolve('connected'))
      .once('error', ({ code }: NodeJS.ErrnoException) => resolve(code));
  });
  expect(outcome).toBe('ENETUNREACH');
});
