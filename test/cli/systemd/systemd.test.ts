import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { needsSystemd, type SystemdHere } from '../../../src/cli/systemd/here.ts';
import { register } from '../../../src/cli/systemd/systemd.ts';
import { isBooted } from '../../../src/system/systemd/systemctl.ts';
import type { Unit } from '../../../src/units/unit.ts';
import { units } from '../../../src/units/units.ts';
import { runCommand } from '../../kit/run-command.ts';

const printed = async (args: readonly string[], env: Record<string, string> = {}): Promise<readonly Unit[]> =>
  JSON.parse((await runCommand(register, ['systemd', 'print', '--json', ...args], env)).out);
const service = (all: readonly Unit[]) => all.find(({ name }) => name === 'dogwatch.service')?.sections.Service ?? {};

describe('systemd print', () => {
  test('prints the complete data as JSON, including keys for newer versions', async () => {
    const options = { manager: 'system', user: 'builder', program: ['/opt/dogwatch'], stateDir: null, sandbox: true } as const;
    expect(await printed(['--as', 'builder', '--program', '/opt/dogwatch'])).toEqual(JSON.parse(JSON.stringify(units(options))));
  });

  test('by default uses this program, and the user who called sudo', async () => {
    const { ExecStart, User } = service(await printed([], { SUDO_USER: 'builder' }));
    expect(ExecStart?.values[0]?.split(' ')[0]).toBe(process.execPath);
    expect(User?.values).toEqual(['builder']);
  });

  test("uses the commands' state directory if it is not the default", async () => {
    const directory = async (args: readonly string[], env: Record<string, string>) => service(await printed(args, env)).Environment?.values;
    const home = { HOME: '/home/a', XDG_STATE_HOME: '' };
    expect(await directory([], home)).toEqual(['DOGWATCH_STATE_DIR=%S/dogwatch']);
    expect(await directory([], { DOGWATCH_STATE_DIR: '/srv/state' })).toEqual(['DOGWATCH_STATE_DIR=/srv/state']);
    for (const said of ['/var/lib/dogwatch', '/var/lib/dogwatch/', '/var/lib//./dogwatch', '/var/lib/x/../dogwatch'])
      expect(await printed([], { ...home, DOGWATCH_STATE_DIR: said }), said).toEqual(await printed([], home));
    const own = { ...home, DOGWATCH_STATE_DIR: '/home/a/.local/state/dogwatch/' };
    expect(await printed(['--user'], own)).toEqual(await printed(['--user'], home));
    expect(await directory(['--user'], home)).toEqual(['DOGWATCH_STATE_DIR=%h/.local/state/dogwatch']);
    expect(await directory(['--user'], { ...home, XDG_STATE_HOME: '/home/a/var' })).toEqual(['DOGWATCH_STATE_DIR=/home/a/var/dogwatch']);
  });

  test('refuses a relative directory instead of ignoring it', async () => {
    for (const args of [[], ['--user']]) {
      const { thrown } = await runCommand(register, ['systemd', 'print', ...args], { DOGWATCH_STATE_DIR: 'state' });
      expect(thrown).toMatchObject({ exitCode: 78, explanation: { got: '"state"' } });
    }
  });

  test('for people: prints every unit under its name', async () => {
    const { out } = await runCommand(register, ['systemd', 'print', '--no-sandbox'], {});
    expect(out.match(/^# dogwatch.*\.(service|timer)$/gm)).toHaveLength(6);
    expect(out).not.toContain('NoNewPrivileges');
  });
});

describe('systemd install', () => {
  const here = (changes: Partial<SystemdHere>): SystemdHere => ({
    version: 252,
    isBooted: true,
    ask: () => ({ status: 0, said: '' }),
    ...changes,
  });

  test('is accepted if systemd is running', () => {
    expect(() => needsSystemd('system', here({}))).not.toThrow();
  });

  test.each([
    ['no systemd at all', 'system', here({ version: null, isBooted: false }), 'there is no systemd here', 'dogwatch systemd print'],
    ['a container with its programs', 'user', here({ isBooted: false }), 'systemd is not running here', 'dogwatch supervise'],
    [
      "no manager of the user's",
      'user',
      here({ ask: () => ({ status: 1, said: 'Failed to connect to bus' }) }),
      'the user manager',
      'enable-linger',
    ],
    ['no response', 'system', here({ ask: () => ({ status: null, said: '' }) }), 'the system manager', 'systemctl status'],
  ] as const)('%s: 69, with what to do instead', (_, manager, machine, message, hint) => {
    expect(() => needsSystemd(manager, machine)).toThrow(
      expect.objectContaining({
        exitCode: 69,
        message: expect.stringMatching(new RegExp(`^${message}.*nothing was written$`)),
        explanation: expect.objectContaining({ hint: expect.stringContaining(hint) }),
      }),
    );
  });

  test.skipIf(isBooted())('writes nothing on a machine without systemd, where print still works', async () => {
    const home = mkdtempSync(join(tmpdir(), 'dogwatch-home-'));
    onTestFinished(() => rmSync(home, { recursive: true, force: true }));
    const env = { HOME: home, XDG_CONFIG_HOME: '' };
    const { thrown, out } = await runCommand(register, ['systemd', 'install', '--user'], env);
    expect(thrown).toMatchObject({ exitCode: 69 });
    expect([out, readdirSync(home)]).toEqual(['', []]);
    expect(await printed(['--user'], env)).toHaveLength(6);
  });
});
