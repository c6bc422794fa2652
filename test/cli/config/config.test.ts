import { expect, test } from 'vitest';
import { SettingsError } from '../../../src/cli/client/load-settings.ts';
import { register } from '../../../src/cli/config/config.ts';
import { SETTINGS } from '../../../src/settings/settings.ts';
import { runCommand } from '../../kit/run-command.ts';

const ENV = { DOGWATCH_IDLE: '1800s', DOGWATCH_STATE_DIR: '/srv/watch', DOGWATCH_IDEL: '3m' };

test('prints every setting with its value and source, and unknown names', async () => {
  const { out, thrown } = await runCommand(register, ['config'], ENV);
  const lines = out.split('\n');
  expect(thrown).toBeNull();
  for (const { name, meaning } of Object.values(SETTINGS))
    expect(
      lines.some((line) => line.startsWith(`${name} `) && line.includes(meaning)),
      name,
    ).toBe(true);
  expect(out).toMatch(/^DOGWATCH_IDLE +30m +environment /m);
  expect(out).toMatch(/^DOGWATCH_GRACE +10s +default /m);
  expect(out).toMatch(/^DOGWATCH_IDEL is not a setting; did you mean DOGWATCH_IDLE\?$/m);
});

test('prints JSON for programs', async () => {
  const { out } = await runCommand(register, ['config', '--json'], ENV);
  const { settings, problems, unknown } = JSON.parse(out);
  expect(settings).toHaveLength(Object.keys(SETTINGS).length);
  expect(settings).toContainEqual({
    name: 'DOGWATCH_IDLE',
    value: '30m',
    source: 'environment',
    scope: 'run',
    meaning: SETTINGS.idleMs.meaning,
  });
  expect([problems, unknown]).toEqual([[], [{ name: 'DOGWATCH_IDEL', nearest: 'DOGWATCH_IDLE' }]]);
});

test('prints everything, then fails because of an invalid value', async () => {
  const { out, thrown } = await runCommand(register, ['config', '--json'], { DOGWATCH_IDLE: 'long' });
  expect(thrown).toBeInstanceOf(SettingsError);
  expect(JSON.parse(out).problems).toMatchObject([{ name: 'DOGWATCH_IDLE', got: '"long"' }]);
});

test('the help has an example', async () => {
  const { out } = await runCommand(register, ['config', '--help'], {});
  expect(out).toContain('DOGWATCH_IDLE=30m DOGWATCH_MAX_RESUMES=50 dogwatch config');
});
