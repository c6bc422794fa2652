import { expect, test } from 'vitest';
import { DEFAULT_PROMPT, PLACEHOLDERS, type PromptFacts, renderPrompt, unknownPlaceholders } from '../../src/settings/render-prompt.ts';

const FACTS: PromptFacts = { run: 'upgrade', attempt: 3, reason: 'it ended with status 0', refusal: null, dogwatch: 'dogwatch' };

test.each([
  ['{run} {attempt} {reason} {dogwatch}', {}, 'upgrade 3 it ended with status 0 dogwatch'],
  ['{run}{run}', {}, 'upgradeupgrade'],
  ['{{run}} is {run}', {}, '{run} is upgrade'],
  ['{other} {} { run }', {}, '{other} {} { run }'],
  ['{reason}', { reason: '{run} $& $1 {{run}}' }, '{run} $& $1 {{run}}'],
  ['go on\n{refusal}', {}, 'go on'],
  ['{refusal}', { refusal: ' 2 tests fail\n' }, 'The job was said to be finished, but the check of that failed. It printed:\n2 tests fail'],
  ['{refusal}', { refusal: '' }, 'The job was said to be finished, but the check of that failed. It printed:\n(nothing)'],
])('%s', (template, facts, expected) => {
  expect(renderPrompt(template, { ...FACTS, ...facts })).toBe(expected);
});

test('the default uses every fact and nothing else, and says how to report done and how to ask for a person', () => {
  expect(unknownPlaceholders(DEFAULT_PROMPT)).toEqual([]);
  for (const name of PLACEHOLDERS) expect(DEFAULT_PROMPT).toContain(`{${name}}`);
  expect(renderPrompt(DEFAULT_PROMPT, FACTS)).toMatch(/dogwatch done --because[\s\S]*dogwatch blocked --because/);
});

test('misspelt placeholders are named', () => {
  expect(unknownPlaceholders('{run} {nam} {{literal}} {reson}')).toEqual(['nam', 'reson']);
});
