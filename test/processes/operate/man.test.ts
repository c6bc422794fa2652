import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { TOPICS } from '../../../src/cli/help/topics.ts';
import { SETTINGS } from '../../../src/settings/settings.ts';
import { PROGRAM } from '../../kit/stage.ts';

const PAGE = join(dirname(PROGRAM), 'dogwatch.1');
const hasMan = spawnSync('man', ['--version']).status === 0;

test('the man page has every topic and every setting, and nothing of Markdown or HTML', () => {
  const roff = readFileSync(PAGE, 'utf8');
  for (const name of Object.keys(TOPICS)) expect(roff).toContain(`\n.SH ${name.toUpperCase()}: `);
  for (const { name } of Object.values(SETTINGS)) expect(roff).toContain(`\\fB${name}\\fP`);
  expect(roff).not.toMatch(/&(?:#\d+|[a-z]+);/);
  expect(roff).not.toContain('**');
  expect(roff).not.toMatch(/\\?\.md\)/);
});

test.skipIf(!hasMan)(`man shows it${hasMan ? '' : ': man is not installed'}`, () => {
  const { status, stdout } = spawnSync('man', ['--local-file', PAGE], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, MANWIDTH: '100', LANG: 'C.UTF-8' },
  });
  expect(status).toBe(0);
  // man justifies lines with more spaces, and breaks them anywhere.
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain('dogwatch done --because "the tests pass"');
});
