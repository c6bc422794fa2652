import { expect, test } from 'vitest';
import { recoveryDigest } from '../../src/effects/recovery-digest.ts';
import { MINUTE, type Wishes } from '../kit/core/world.ts';
import { HOSTILE, isHarmful, keptState, printed } from '../kit/kept-state.ts';
import { environment, repository } from '../kit/repository.ts';

const SECRET = 'swordfish-and-chips';
/** Far more characters than are ever reported about anything. */
const MOST_CHARACTERS = 16_000;

/** A run in the repository that a recovery agent works on. */
async function mended(wishes: Wishes = {}) {
  const { where, begin } = await keptState();
  const { story, keepStory } = begin({
    cwd: repository,
    paths: [repository],
    prompt: `upgrade everything; the registry's token is ${SECRET}`,
    ...wishes,
    policy: { maxResumes: 0 },
    done: { check: `curl -H "${SECRET}"` },
  });
  story.gathered();
  story.started();
  story.after(2 * MINUTE).says({ kind: 'session', id: 'ses_1' });
  story.exits(1);
  story.checked(false);
  story.gathered();
  story.mends({ agent: 'codex' });
  keepStory();
  const { run } = story;
  if (run.recovery === null) throw new Error('it has no recovery');
  const variables = { ...environment(), PATH: process.env.PATH ?? '', REGISTRY_TOKEN: SECRET };
  return {
    where,
    prints: (text: string) => printed(where, run.id, 1, text),
    tell: () => recoveryDigest(run, run.recovery!, where, variables),
  };
}

test('says what the run is for, what happened to it, how much room there is, and what ends the work', async () => {
  const { where, prints, tell } = await mended();
  prints('looking at the lock file\nthe registry says 401\n');
  const text = await tell();
  expect(text).toMatch(
    /^You are a recovery agent\. The unattended run "upgrade" is not making progress: the check prints: 3 tests fail; 0 resumes without a milestone/,
  );
  for (const part of [
    '\nIts command:\n> "opencode" "run" "upgrade everything"\n',
    '\nIts prompt:\n> upgrade everything; ',
    '\nThe last lines of its log:\n> looking at the lock file\n> the registry says 401\n',
    ' are free\n',
    'attempt 1 ended with status 1 after 2m',
    'What the check of "finished" printed when it last failed:\n> 3 tests fail',
    'You have 45m.',
    // Its tools start in a login shell, which sets another PATH.
    `${where.bin}/dogwatch resume upgrade --prompt`,
    `${where.bin}/dogwatch done upgrade --because`,
    `${where.bin}/dogwatch blocked upgrade --because`,
  ])
    expect(text).toContain(part);
});

test('contains no secret of the run, no escape, and never too much', async () => {
  const { prints, tell } = await mended({ command: ['opencode', 'run', 'x'.repeat(50_000)] });
  prints(`${HOSTILE}\n${SECRET}\n`.repeat(2000));
  const text = await tell();
  expect(text).not.toContain(SECRET);
  expect(text).toContain('‹REGISTRY_TOKEN›');
  expect(text.split('\n').filter(isHarmful)).toEqual([]);
  expect(text.length).toBeLessThan(MOST_CHARACTERS);
});
