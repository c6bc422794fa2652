import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bootMachine, DOGWATCH, type Machine, USER, whyNoMachine } from './machine.ts';

const why = whyNoMachine();

describe.skipIf(why)(`a separate machine${why === null ? '' : ` (${why})`}`, () => {
  let machine: Machine;
  beforeAll(async () => {
    machine = await bootMachine();
  });
  afterAll(() => machine?.tearDown());

  test('systemd is process 1, and dogwatch is available to all users', () => {
    expect(machine.does(['cat', '/proc/1/comm'])).toBe('systemd');
    expect(machine.does(['systemctl', '--failed', '--plain', '--no-legend'])).toBe('');
    expect(machine.does([DOGWATCH, '--version'], { as: USER })).toMatch(/^\d/);
  });

  test.each(['clean', 'power-cut'] as const)('its disk survives a reboot (%s)', async (how) => {
    machine.write('/etc/kept', how);
    machine.does(['touch', '/run/lost']);
    await machine.reboot(how);
    expect(machine.does(['cat', '/etc/kept'])).toBe(how);
    expect(machine.run(['ls', '/run/lost']).code).not.toBe(0);
  });
});
