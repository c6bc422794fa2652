import { expect, test } from 'vitest';
import { checkVersion } from '../../../../src/cli/fleet/checks/version.ts';

test.each([
  ['2.10.27', 'ok'],
  ['2.10.28-RC.1', 'ok'],
  ['2.11.0', 'ok'],
  ['2.15.1', 'ok'],
  ['3.0.0', 'ok'],
  ['v2.12.0', 'ok'],
  ['2.10.26', 'fail'],
  ['2.10.3', 'fail'],
  ['2.9.10', 'fail'],
  ['2.9.99', 'fail'],
  ['1.99.99', 'fail'],
  ['', 'fail'],
  ['latest', 'fail'],
])('nats-server %s: %s', (version, result) => {
  expect(checkVersion(version, 'nats://a:4222')).toMatchObject({ about: 'version', result });
});
