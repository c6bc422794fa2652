import { expect, test } from 'vitest';
import { checkMajority } from '../../../../src/cli/fleet/checks/engine.ts';

const node = (name: string, current: boolean) => ({ name, current });

// As nats-server 2.15.1 answered while three were up, one was down, and two were.
test.each([
  ['a single server', null, null],
  ['three', { leader: 'b', replicas: [node('a', true), node('c', true)] }, { result: 'ok' }],
  [
    'one is down',
    { leader: 'b', replicas: [node('a', false), node('c', true)] },
    { result: 'warn', said: expect.stringContaining('(a down') },
  ],
  [
    'two are down',
    { replicas: [node('a', false), node('b', false), node('c', true)] },
    { about: 'engine', result: 'fail', said: expect.stringContaining('(a, b down') },
  ],
  ['two are down, and nobody answers', {}, { about: 'engine', result: 'fail' }],
])('%s', (_, cluster, expected) => {
  if (expected === null) expect(checkMajority(cluster)).toBeNull();
  else expect(checkMajority(cluster)).toMatchObject(expected);
});
