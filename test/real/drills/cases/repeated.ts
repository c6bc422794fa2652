import { expect } from 'vitest';
import type { Drill } from '../drill.ts';
import { onStage } from '../on-stages.ts';
import { expectSound } from '../sound.ts';
import { RUN } from '../story.ts';
import { atWork, endOf } from '../watching.ts';

const WORDS = 'fatal: the index file is corrupt';

export const repeated: Drill = {
  name: 'an agent fails with the same words again and again',
  holds: 'after three failures it is handed off with these words, whatever its budget; numbers and times in them make no difference',
  play: () =>
    onStage(async (stage) => {
      stage.agent(`echo "$$ $(date +%s)" >"report.$$.json"; echo "${WORDS} (pid $$, $(date +%s%N))"; exit 3`);
      const watching = await atWork(stage);
      await stage.does(['run', '--detach', ...RUN.slice(1)], { env: { DOGWATCH_MAX_RESUMES: '500', DOGWATCH_PROMPT_AFTER: '1m' } });
      const { because, tried } = (await stage.inState('handed-off'))!;
      expect([because, tried]).toEqual([expect.stringContaining(WORDS), 3]);
      expect((await stage.does(['explain', 'job'])).stdout).toContain(WORDS);
      await expectSound(stage, (await endOf(stage, watching)).stderr, ['handed-off', 'escalated']);
      expect(stage.lives()).toHaveLength(3);
      return '';
    }),
};
