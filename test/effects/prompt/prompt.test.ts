import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { opencode } from '../../../src/agents/opencode/agent.ts';
import type { Action } from '../../../src/core/model/facts.ts';
import { promptFor } from '../../../src/effects/prompt/prompt.ts';
import { DEFAULT_PROMPT } from '../../../src/settings/render-prompt.ts';
import { attemptFiles } from '../../../src/store/directory/layout.ts';
import { bootId } from '../../../src/system/process/process.ts';
import { MINUTE, Story } from '../../kit/core/world.ts';
import { printed } from '../../kit/kept-state.ts';
import { stateDirectory } from '../../kit/opened-store.ts';

const nowhere = { HOME: '/nowhere', XDG_DATA_HOME: '/nowhere' };
const RUNNING = `${JSON.stringify({ type: 'text', sessionID: 'ses_1', part: { type: 'text', text: 'I begin.' } })}\n`;
const MISSING = 'your last steps may be missing from this conversation';

/** The prompt of the second attempt, after a first one that was claimed in this boot of the host. */
function promptAfter(boot: string, mode: 'start' | 'resume' | 'fresh' = 'resume'): string {
  const where = stateDirectory();
  const story = new Story({ resumePrompt: DEFAULT_PROMPT });
  story.gathered();
  story.started();
  story.says({ kind: 'session', id: 'ses_1' }, { kind: 'tool' });
  story.exits('SIGKILL');
  story.gathered();
  story.after(MINUTE).tick();
  const files = attemptFiles(where, story.run.id, 1);
  mkdirSync(files.directory, { recursive: true });
  writeFileSync(files.claim, `${boot} ${readFileSync('/proc/self/stat', 'utf8')}`);
  printed(where, story.run.id, 1, RUNNING);
  const action = story.actions.findLast((one): one is Action & { kind: 'resume' } => one.kind === 'resume');
  if (action === undefined) throw new Error(story.run.because);
  return promptFor({ ...action, mode }, { run: story.run, agent: opencode, environment: nowhere, layout: where });
}

test.each<[what: string, boot: string, mode: 'start' | 'resume' | 'fresh', warns: boolean]>([
  ['a death in this boot', bootId(), 'resume', false],
  ['a death in another boot', 'an-earlier-boot', 'resume', true],
  ['a death in another boot, and a fresh session', 'an-earlier-boot', 'fresh', true],
  ['a death in another boot, and the task again', 'an-earlier-boot', 'start', false],
])('steps that may be missing, after %s', (_what, boot, mode, warns) => {
  expect(promptAfter(boot, mode).includes(MISSING)).toBe(warns);
});

test('the warning stands after the template', () => {
  const text = promptAfter('an-earlier-boot');
  expect(text).toMatch(/^The process that worked on this job ended .*This is attempt 2 of the run "upgrade"/);
  expect(text.indexOf(MISSING)).toBeGreaterThan(text.indexOf('blocked --because'));
});
