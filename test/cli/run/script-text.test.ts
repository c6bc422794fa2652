import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { scriptSays } from '../../../src/cli/run/script-text.ts';

const PATH = '/usr/bin:/bin';

function place() {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-script-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const script = (name: string, text: string) => writeFileSync(join(directory, name), text, { mode: 0o755 });
  const says = (...argv: string[]) => {
    const { agent, saysDone } = scriptSays(argv, directory, PATH);
    return [agent?.name ?? null, saysDone];
  };
  return { script, says };
}

test.each([
  ['claude -p x', 'claude', false],
  ['cd /srv && exec env FOO=1 codex exec "x"', 'codex', false],
  ['if true; then pi -p x; fi', 'pi', false],
  ['out=$(claude -p x)', 'claude', false],
  ['timeout 1h \\\n  opencode run x', 'opencode', false],
  ['# claude did this\nmake', null, false],
  ['echo "ask claude"; grep codex notes', null, false],
  ['python compute.py pi', null, false],
  ['make && dogwatch done --because x', null, true],
  ['claude -p x; dogwatch done', 'claude', true],
])('%s', (text, agent, saysDone) => {
  const { script, says } = place();
  script('job', `#!/bin/sh\n${text}\n`);
  for (const argv of [['./job'], ['sh', 'job'], ['nice', '-n', '5', './job', 'x'], ['bash', '-c', './job x']])
    expect(says(...argv)).toEqual([agent, saysDone]);
});

test('reads scripts that another one starts; two that start each other are read once', () => {
  const { script, says } = place();
  script('a.sh', '#!/bin/sh\n./b.sh\n');
  script('b.sh', '#!/bin/sh\n./a.sh\nqwen -y x\n');
  expect(says('./a.sh')).toEqual(['qwen', false]);
});

test('ignores files that are not scripts or do not exist', () => {
  const { script, says } = place();
  script('notes.md', 'claude -p x');
  script('program', '\0claude -p x');
  script('tool', '#!/usr/bin/env node\nq();pi;claude(x)\n');
  for (const argv of [['cat', 'notes.md'], ['./program'], ['./tool'], ['./none'], ['/'], ['true']])
    expect(says(...argv)).toEqual([null, false]);
});
