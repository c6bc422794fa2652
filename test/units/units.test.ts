import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { forVersion, OURS, renderUnit, type Unit, word } from '../../src/units/unit.ts';
import { type UnitOptions, units } from '../../src/units/units.ts';

const OPTIONS: UnitOptions = { manager: 'system', user: 'daemon', program: ['/bin/true'], stateDir: null, sandbox: true };

const unit = (name: string, options: Partial<UnitOptions> = {}): Unit => {
  const found = units({ ...OPTIONS, ...options }).find((one) => one.name === name);
  if (found === undefined) throw new Error(`no unit ${name}`);
  return found;
};
const value = (name: string, section: string, key: string, options: Partial<UnitOptions> = {}): readonly string[] | undefined =>
  unit(name, options).sections[section]?.[key]?.values;

const whyNoAnalyze = spawnSync('systemd-analyze', ['--version']).status === 0 ? null : 'systemd-analyze is not installed';

/** What systemd-analyze reports about the units, together with its own version. */
function analyze(verb: readonly string[], options: Partial<UnitOptions>, names: (all: readonly Unit[]) => readonly string[]): string {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-units-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const version = Number(/^systemd (\d+)/.exec(spawnSync('systemctl', ['--version'], { encoding: 'utf8' }).stdout)?.[1]);
  const all = units({ ...OPTIONS, ...options }).map((one) => forVersion(one, version));
  mkdirSync(directory, { recursive: true });
  for (const one of all) writeFileSync(join(directory, one.name), renderUnit(one));
  const { stdout, stderr } = spawnSync('systemd-analyze', [...verb, ...names(all).map((name) => join(directory, name))], {
    encoding: 'utf8',
    env: { ...process.env, XDG_RUNTIME_DIR: directory },
  });
  return `${stdout}${stderr}`;
}

describe('the units', () => {
  test.skipIf(whyNoAnalyze)('systemd reports no problem with them', () => {
    const instances = (all: readonly Unit[]) => all.map(({ name }) => name.replace('@.', '@one.'));
    for (const manager of ['system', 'user'] as const)
      for (const sandbox of [true, false])
        expect(analyze(['verify', '--man=no', `--${manager}`], { manager, sandbox }, instances), `${manager} ${sandbox}`).toBe('');
  });

  test('a restart of the watchdog leaves the agents alone', () => {
    expect(value('dogwatch.service', 'Service', 'KillMode')).toEqual(['process']);
    expect(value('dogwatch.service', 'Service', 'OOMPolicy')).toEqual(['continue']);
    expect(value('dogwatch.service', 'Service', 'PrivateTmp')).toEqual(['no']);
  });

  test('every failure raises an alert, except that of an alert', () => {
    const alarmed = units(OPTIONS).filter(({ sections }) => sections.Unit?.OnFailure);
    expect(alarmed.map(({ name }) => name)).toEqual(['dogwatch.service', 'dogwatch-supervise.service', 'dogwatch-run@.service']);
  });

  test('every service reads the settings of the host, and then those of a run', () => {
    for (const { name, sections } of units(OPTIONS).filter((one) => one.sections.Service))
      expect(sections.Service?.EnvironmentFile?.values[0], name).toBe('-%E/dogwatch/dogwatch.env');
    expect(value('dogwatch-run@.service', 'Service', 'EnvironmentFile')?.[1]).toBe('%E/dogwatch/runs/%i.env');
  });

  test("units of a user's manager set no user, and nothing that needs a mount namespace", () => {
    const keys = Object.keys(unit('dogwatch.service', { manager: 'user' }).sections.Service ?? {});
    expect(keys).toContain('NoNewPrivileges');
    expect(keys.filter((key) => /^(User|StateDirectory|Protect|Private)/.test(key))).toEqual([]);
  });

  test('another state directory is passed on, and not created by systemd', () => {
    expect(value('dogwatch.service', 'Service', 'StateDirectory')).toEqual(['dogwatch']);
    const elsewhere = { stateDir: '/srv/100% dog "watch"' };
    expect(value('dogwatch.service', 'Service', 'StateDirectory', elsewhere)).toBeUndefined();
    expect(value('dogwatch.service', 'Service', 'Environment', elsewhere)).toEqual(['"DOGWATCH_STATE_DIR=/srv/100%% dog \\"watch\\""']);
  });

  test('only failures count towards the start limit', () => {
    const forgets = (manager: 'system' | 'user') => value('dogwatch.service', 'Service', 'ExecStopPost', { manager })?.[0];
    expect(forgets('system')).toMatch(/^-\+.*"\$\$SERVICE_RESULT" != success.* systemctl reset-failed %n/);
    expect(forgets('user')).toMatch(/^-\/.* systemctl --user reset-failed %n/);
    expect(value('dogwatch.service', 'Unit', 'StartLimitBurst')).toEqual(['10']);
  });

  test('newer keys are left out for an older systemd', () => {
    const keys = (version: number | null) => Object.keys(forVersion(unit('dogwatch.service'), version).sections.Service ?? {});
    expect(keys(252)).not.toContain('RestartSteps');
    expect(keys(254)).toContain('RestartSteps');
    expect(keys(null)).toContain('RestartMaxDelaySec');
  });
});

test('a unit file has comments above their keys, and one line per value', () => {
  const entry = (values: readonly string[], comment: string | null = null) => ({ values, comment, since: null });
  const file = renderUnit({ name: 'a', sections: { Unit: { A: entry(['1']) }, Timer: { B: entry(['', '2'], 'Why.') } } });
  expect(file).toBe(`${OURS}\n\n[Unit]\nA=1\n\n[Timer]\n# Why.\nB=\nB=2\n`);
});

test.each([
  ['/usr/bin/node', '/usr/bin/node'],
  ['a b', '"a b"'],
  ['50% $HOME', '"50%% $$HOME"'],
  ['say "x" \\', '"say \\"x\\" \\\\"'],
])('%j is one word of a command', (text, written) => {
  expect(word(text)).toBe(written);
});
