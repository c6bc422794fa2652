import { describe, expect, test } from 'vitest';
import { register } from '../../src/cli/systemd.ts';
import type { Unit } from '../../src/systemd/unit.ts';
import { units } from '../../src/systemd/units.ts';
import { runCommand } from './run-command.ts';

const printed = async (args: readonly string[], env: Record<string, string> = {}): Promise<readonly Unit[]> =>
  JSON.parse((await runCommand(register, ['systemd', 'print', '--json', ...args], env)).out);
const service = (all: readonly Unit[]) => all.find(({ name }) => name === 'dogwatch.service')?.sections.Service ?? {};

describe('systemd print', () => {
  test('as JSON it is the very data, keys of newer versions included', async () => {
    const options = { manager: 'system', user: 'builder', program: ['/opt/dogwatch'], stateDir: null, sandbox: true } as const;
    expect(await printed(['--as', 'builder', '--program', '/opt/dogwatch'])).toEqual(JSON.parse(JSON.stringify(units(options))));
  });

  test('without other wishes it is this program, and who called sudo', async () => {
    const { ExecStart, User } = service(await printed([], { SUDO_USER: 'builder' }));
    expect(ExecStart?.values[0]?.split(' ')[0]).toBe(process.execPath);
    expect(User?.values).toEqual(['builder']);
  });

  test('the state directory is that of the commands, where it is another than usual', async () => {
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

  test('a relative directory is refused, not passed over', async () => {
    for (const args of [[], ['--user']]) {
      const { thrown } = await runCommand(register, ['systemd', 'print', ...args], { DOGWATCH_STATE_DIR: 'state' });
      expect(thrown).toMatchObject({ exitCode: 78, explanation: { came: '"state"' } });
    }
  });

  test('for people: every unit under its name', async () => {
    const { out } = await runCommand(register, ['systemd', 'print', '--no-sandbox'], {});
    expect(out.match(/^# dogwatch.*\.(service|timer)$/gm)).toHaveLength(6);
    expect(out).not.toContain('NoNewPrivileges');
  });
});
