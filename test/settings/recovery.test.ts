import { expect, test } from 'vitest';
import { readSettings } from '../../src/settings/read.ts';
import { recoversRuns, recoveryCommandOf } from '../../src/settings/recovery.ts';
import { printSetting } from '../../src/settings/settings.ts';

test.each<[Record<string, string>, string | null]>([
  [{}, null],
  [{ DOGWATCH_RECOVERY_COMMAND: 'claude -p' }, 'claude -p'],
  [{ DOGWATCH_RECOVERY_MODEL: 'anthropic/claude-opus-4' }, 'opencode run -m anthropic/claude-opus-4'],
  [{ DOGWATCH_RECOVERY_MODEL: 'a/b', DOGWATCH_RECOVERY_COMMAND: 'codex exec' }, 'codex exec'],
  [{ DOGWATCH_RECOVERY_COMMAND: 'none' }, null],
  [{ DOGWATCH_RECOVERY_COMMAND: 'claude -p', DOGWATCH_MAX_RECOVERIES: '0' }, null],
])('%j: %s', (env, command) => {
  const { settings, problems } = readSettings(env);
  expect([recoveryCommandOf(settings), recoversRuns(settings), problems]).toEqual([command, command !== null, []]);
  expect(printSetting('recoveryCommand', settings.recoveryCommand)).toBe(env.DOGWATCH_RECOVERY_COMMAND ?? 'none');
});

test('nothing is repaired if the supervisor is switched off', () => {
  const env = { DOGWATCH_RECOVERY_COMMAND: 'claude -p', DOGWATCH_SUPERVISE: '0' };
  expect(recoversRuns(readSettings(env).settings)).toBe(false);
});

test.each([
  ['DOGWATCH_RECOVERY_MODEL', 'opus; rm -rf /'],
  ['DOGWATCH_RECOVERY_COMMAND', 'x'.repeat(5000)],
])('%s is refused', (name, value) => {
  expect(readSettings({ [name]: value }).problems.map((problem) => problem.name)).toEqual([name]);
});
