import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { dropIns, foreignUnits, removeUnits, unitDirectory, writeUnits } from '../../src/units/installed.ts';
import { renderUnit } from '../../src/units/unit.ts';
import { units } from '../../src/units/units.ts';

const ALL = units({ manager: 'system', user: 'daemon', program: ['/bin/true'], stateDir: null, sandbox: true });

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), 'dogwatch-installed-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return join(made, 'units');
}

test('units are written as described, repeatedly, and removed without a trace', () => {
  const where = directory();
  for (const _ of [1, 2]) {
    expect(writeUnits(where, ALL)).toEqual(ALL.map(({ name }) => join(where, name)));
    expect(foreignUnits(where, ALL)).toEqual([]);
  }
  for (const unit of ALL) expect(readFileSync(join(where, unit.name), 'utf8')).toBe(renderUnit(unit));
  expect(removeUnits(where, ALL)).toHaveLength(ALL.length);
  expect(readdirSync(where)).toEqual([]);
  expect(removeUnits(where, ALL)).toEqual([]);
});

test("a foreign unit of the same name is detected and never removed; drop-ins are the operator's", () => {
  const where = directory();
  mkdirSync(join(where, 'dogwatch.service.d'), { recursive: true });
  const theirs = join(where, 'dogwatch.service');
  writeFileSync(theirs, '[Service]\nExecStart=/bin/false\n');
  expect(foreignUnits(where, ALL)).toEqual([theirs]);
  expect(removeUnits(where, ALL)).toEqual([]);
  expect(existsSync(theirs)).toBe(true);
  expect(dropIns(where, ALL)).toEqual([`${theirs}.d`]);
});

test.each([
  ['system', {}, '/etc/systemd/system'],
  ['user', { HOME: '/home/a' }, '/home/a/.config/systemd/user'],
  ['user', { HOME: '/home/a', XDG_CONFIG_HOME: '/home/a/etc' }, '/home/a/etc/systemd/user'],
  ['user', { HOME: '/home/a', XDG_CONFIG_HOME: 'etc' }, '/home/a/.config/systemd/user'],
] as const)('units of the %s manager, with %j, are in %s', (manager, env, where) => {
  expect(unitDirectory(manager, env)).toBe(where);
});
