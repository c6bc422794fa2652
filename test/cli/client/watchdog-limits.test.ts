import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { needsLimitsOfWatchdog } from '../../../src/cli/client/watchdog-limits.ts';
import { resourceLimits } from '../../../src/system/process/resource-limits.ts';

const LAUNCHER = fileURLToPath(new URL('../../../src/launcher.mjs', import.meta.url));
const NONE = { openFiles: Number.POSITIVE_INFINITY, fileBytes: Number.POSITIVE_INFINITY };

test.each([
  ['no limits', {}, null],
  ['just enough', { openFiles: 128, fileBytes: 64 * 1024 * 1024 }, null],
  ['few open files', { openFiles: 40 }, /too few open files.*/],
  ['short files', { fileBytes: 8192 }, /file size limit .* too small/],
])('a watchdog with %s', (_, limits, words) => {
  const begin = () => needsLimitsOfWatchdog({ ...NONE, ...limits });
  if (words === null) expect(begin).not.toThrow();
  else expect(begin).toThrow(expect.objectContaining({ exitCode: 69, message: expect.stringMatching(words) }));
});

test('reads the limits of this process', () => {
  const { openFiles, fileBytes } = resourceLimits();
  expect([openFiles > 0, fileBytes > 0]).toEqual([true, true]);
});

test('a shell with too few open files for Node itself gets a clear error without a stack trace', () => {
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', `ulimit -n 24; exec "$0" "$1" --version`, process.execPath, LAUNCHER], {
    encoding: 'utf8',
  });
  expect([status, stdout]).toEqual([69, '']);
  expect(stderr).toMatch(/^dogwatch: this shell allows too few open files\n {2}expected {2}at least 32/);
  expect(stderr).not.toMatch(/^ +at /m);
});
