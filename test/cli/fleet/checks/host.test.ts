import { describe, expect, test } from 'vitest';
import { foreignMountOf } from '../../../../src/cli/fleet/checks/filesystem.ts';
import { checkLeaseTimes, checkMachine, checkSetting, checkStateDirectory } from '../../../../src/cli/fleet/checks/host.ts';
import { LEASE_TIMES } from '../../../../src/core/fleet/times.ts';
import { newCredentials, thisMachine } from '../../../../src/fleet/member/credentials.ts';
import { invited } from '../../../kit/fleet/invited.ts';

describe('the machine', () => {
  const credentials = newCredentials(invited());
  test('unknown when it joined', () => {
    expect(checkMachine({ ...credentials, machine: null })).toMatchObject({ result: 'warn' });
  });
  test.skipIf(thisMachine() === null)('this one, or a clone', () => {
    expect(checkMachine(credentials)).toMatchObject({ result: 'ok' });
    expect(checkMachine({ ...credentials, machine: '0'.repeat(32) })).toMatchObject({
      result: 'fail',
      said: expect.stringContaining('clone'),
    });
  });
});

test('a watchdog without the setting acts alone', () => {
  expect(checkSetting([])).toMatchObject({ result: 'warn' });
  expect(checkSetting(['nats://a:4222'])).toMatchObject({ result: 'ok', said: 'nats://a:4222' });
});

test('the times of leases are those that protect something', () => {
  expect(checkLeaseTimes()).toMatchObject({ result: 'ok' });
  expect(checkLeaseTimes({ ...LEASE_TIMES, fenceMs: 45_000 })).toMatchObject({ result: 'fail', said: expect.stringContaining('80 %') });
});

test('a state directory on this machine, which may not be there yet', () => {
  expect(checkStateDirectory('/nowhere/yet')).toMatchObject({ result: 'ok' });
  expect(foreignMountOf('/proc/self')).toBeNull();
});
