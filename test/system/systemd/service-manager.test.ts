import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { serviceManager } from '../../../src/system/systemd/service-manager.ts';

/** Stands for systemd-notify: records its arguments and the socket. */
function fakeNotify(script: string): { PATH: string; noted: () => string } {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-notify-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(join(directory, 'systemd-notify'), `#!/bin/sh\n${script.replaceAll('NOTED', join(directory, 'noted'))}\n`);
  chmodSync(join(directory, 'systemd-notify'), 0o755);
  return { PATH: `${directory}:/usr/bin:/bin`, noted: () => readFileSync(join(directory, 'noted'), 'utf8') };
}

test('removes the variables that lead to the manager, so that no child process talks to it', async () => {
  const { PATH, noted } = fakeNotify('printf "%s|" "$NOTIFY_SOCKET" "$@" >NOTED; env | grep -c WATCHDOG >>NOTED; :');
  const environment = { PATH, NOTIFY_SOCKET: '/run/x', WATCHDOG_USEC: '60000000', WATCHDOG_PID: '1', HOME: '/' };
  const manager = serviceManager(environment);
  expect(environment).toEqual({ PATH, HOME: '/' });
  expect(manager?.aliveEveryMs).toBe(20_000);
  expect(await manager?.tell(['READY=1', 'STATUS=two words'])).toBe(null);
  expect(noted()).toBe('/run/x|READY=1|STATUS=two words|0\n');
});

test('no manager listens, or none waits for a sign of life', () => {
  expect(serviceManager({ WATCHDOG_USEC: '1000' })).toBe(null);
  expect(serviceManager({ NOTIFY_SOCKET: '' })).toBe(null);
  expect(serviceManager({ NOTIFY_SOCKET: '/run/x' })?.aliveEveryMs).toBe(60_000);
});

test('errors are reported', async () => {
  const { PATH } = fakeNotify('echo "No such socket" >&2; exit 1');
  expect(await serviceManager({ PATH, NOTIFY_SOCKET: '/run/x' })?.tell(['READY=1'])).toBe('No such socket');
  expect(await serviceManager({ PATH: '/nonexistent', NOTIFY_SOCKET: '/run/x' })?.tell(['READY=1'])).toContain('ENOENT');
});
