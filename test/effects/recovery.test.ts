import { expect, test } from 'vitest';
import { endRecovery } from '../../src/effects/recovery.ts';
import { MINUTE } from '../kit/core/world.ts';
import { keptState } from '../kit/kept-state.ts';
import { repository } from '../kit/repository.ts';

/** A recovery agent that was requested and left no process behind. */
async function ended(agent: 'generic' | 'codex') {
  const { where, begin } = await keptState();
  const { story, keepStory } = begin({ cwd: repository, paths: [repository], done: { check: 'false' }, policy: { maxResumes: 0 } });
  story.gathered();
  story.started();
  story.after(2 * MINUTE).says({ kind: 'session', id: 'ses_1' });
  story.exits(1);
  story.checked(false);
  story.gathered();
  story.mends({ agent, command: ['./mender.sh'] });
  keepStory();
  const action = { kind: 'end-recovery', id: 'end', run: story.run.id, attempt: 1, recovery: 1, because: 'it is time' } as const;
  return endRecovery(action, story.run, where, []);
}

test.each(['generic', 'codex'] as const)('what a recovery agent used that does not say so (%s) is unknown, not nothing', async (agent) => {
  expect(await ended(agent)).toMatchObject({ kind: 'recovery-ended', spent: null });
});
