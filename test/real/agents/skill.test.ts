import { describe, expect } from 'vitest';
import { SKILLED_AGENTS } from '../../../src/cli/skill/places.ts';
import { agentStory, complete, STORY } from './jobs/job.ts';
import { SUBJECTS } from './jobs/subjects.ts';

describe.each(SKILLED_AGENTS)('the real %s', (name) => {
  agentStory('finds the skill that is installed for it', STORY, async ({ stage, setJob }) => {
    const { model, run, home, environment, saysDone } = await setJob(SUBJECTS[name]);
    const { stdout } = await stage.does(['skill', '--install', '--agent', name], { env: environment });
    expect(stdout).toContain(`${name}: written: ${home}`);
    model.script(...saysDone('nothing to do'));
    await run();
    await complete(stage);
    expect(model.asked[0]?.whole).toContain('How to work inside a dogwatch run');
  });
});
