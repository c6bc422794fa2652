import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copilotInterpreter } from '../../../src/agents/copilot/lines.ts';
import { specWith } from '../../kit/core/world.ts';

const read = (lines: readonly string[]) =>
  copilotInterpreter(specWith({ agent: 'copilot' }), { atWall: Date.now, zone: 'UTC', session: () => null }).read(lines);

test.each([
  ['damaged-config.stderr', 'Error: Invalid package config'],
  ['damaged-addon.stderr', 'Error: Native addon "cli-native" not found'],
])('%s: what to remove, and what it said', (capture, why) => {
  const lines = readFileSync(join(import.meta.dirname, 'captures', capture), 'utf8').split('\n');
  const [trouble] = read(lines);
  const removed = 'its unpacked program is damaged: remove /home/u/.cache/copilot/pkg/linux-x64/1.0.102, and it unpacks itself again';
  expect(trouble).toMatchObject({ kind: 'error', text: expect.stringContaining(`${removed} (${why}`) });
});

test.each([
  'Failed to load package index: relative/copilot/pkg/linux-x64/1.0.102/index.js Error: x',
  'Failed to load package index: /home/u/elsewhere/index.js Error: x',
])('nothing is to be removed elsewhere: %s', (line) => {
  expect(JSON.stringify(read([line]))).not.toContain('remove');
});
