import { expect, test } from 'vitest';
import { cleanEnvironment, watchdogSecrets } from '../../../src/system/command/clean-environment.ts';

const ENVIRONMENT = {
  PATH: '/bin',
  NOTHING: undefined,
  DOGWATCH_IDLE: '15m',
  DOGWATCH_STATE_DIR: '/srv/watch',
  DOGWATCH_RUN_NAME: 'upgrade',
  DOGWATCH_ATTEMPT: 'upgrade.1/1/t',
  DOGWATCH_RUN: 'upgrade',
  NOTIFY_SOCKET: '/run/x',
  WATCHDOG_USEC: '1',
  DOGWATCH_NOTIFY: 'smtp://me:pass@mail/',
  DOGWATCH_HEARTBEAT_URL: 'https://hc/uuid',
};

test('variables of an attempt or of systemd, and secrets of the watchdog, are not passed on', () => {
  expect(Object.keys(cleanEnvironment(ENVIRONMENT))).toEqual(['PATH', 'DOGWATCH_IDLE', 'DOGWATCH_STATE_DIR', 'DOGWATCH_RUN_NAME']);
});

test('a watchdog gets its secrets', () => {
  expect(watchdogSecrets(ENVIRONMENT)).toEqual({ DOGWATCH_NOTIFY: 'smtp://me:pass@mail/', DOGWATCH_HEARTBEAT_URL: 'https://hc/uuid' });
  expect(watchdogSecrets({ PATH: '/bin' })).toEqual({});
});
