import { expect, test } from 'vitest';
import type { Command } from '../../../src/core/model/facts.ts';
import { type Story, working } from '../../kit/core/world.ts';

const onPage = (story: Story, command: Command) => story.tell({ kind: 'operator.requested', request: 'r1', command, via: 'web' });

test.each<[Command, string]>([
  [{ kind: 'pause', because: 'lunch' }, 'paused by the operator on the web page: lunch'],
  [{ kind: 'resume', prompt: null }, 'resume requested by the operator on the web page'],
  [{ kind: 'stop', because: 'enough' }, 'the operator asked to stop on the web page: enough'],
])('the journal says that %o was asked for on the web page', (command, words) => {
  expect(onPage(working(), command).because).toContain(words);
});

test('an unpause, too', () => {
  const story = working();
  story.operator({ kind: 'pause', because: 'lunch' });
  expect(onPage(story, { kind: 'unpause' }).because).toContain('unpaused by the operator on the web page');
});
