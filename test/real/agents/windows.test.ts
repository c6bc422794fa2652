import { describe, expect } from 'vitest';
import { openReader } from '../../../src/store/reader.ts';
import type { Stage } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';
import { ANTHROPIC_WINDOWS, CODEX_WINDOWS, type UsageWindows } from '../providers/usage-windows.ts';
import { agentStory, complete, held, modes, SLOWLY_MS, STORY } from './jobs/job.ts';
import { SUBJECTS } from './jobs/subjects.ts';

/** Those that pass on what their provider says of the account's windows. */
const ROWS: readonly (readonly [agent: 'claude' | 'codex', windows: UsageWindows])[] = [
  ['claude', ANTHROPIC_WINDOWS],
  ['codex', CODEX_WINDOWS],
];

/** Late enough for an attempt to end first, even on a loaded machine. */
const RESETS_AFTER_S = 60;
const WEEK = { usedPercent: 41, resetsAtS: Math.ceil(Date.now() / 1000) + 400_000 };

/** What is known of the windows of all accounts: the name, the percentage, the reset. */
function known(stage: Stage): readonly (readonly [name: string, usedPercent: number | null, resetsAtWall: number | null])[] {
  const reader = openReader(stage.where);
  try {
    return reader.accountWindows().map(({ name, usedPercent, resetsAtWall }) => [name, usedPercent, resetsAtWall] as const);
  } finally {
    reader.close();
  }
}

describe('a reserve of the usage windows', () => {
  for (const [agent, windows] of ROWS)
    agentStory(`the real ${agent}: it is not resumed at the reserve until the window resets`, STORY, async ({ stage, setJob }) => {
      const subject = SUBJECTS[agent];
      const { model, run, saysDone } = await setJob(subject);
      model.script(subject.shell('echo 1 > one.txt'), { text: 'One is written.' }, ...saysDone('one is there'));
      const resetsAtS = Math.ceil(Date.now() / 1000) + RESETS_AFTER_S;
      model.headers = windows({ usedPercent: 93, resetsAtS }, WEEK);
      await run({ DOGWATCH_LIMIT_RESERVE: '10%' });

      const hold = await held(stage, 'reserve', 'waiting');
      expect(known(stage)).toEqual([
        ['five_hour', 93, resetsAtS * 1000],
        ['seven_day', 41, WEEK.resetsAtS * 1000],
      ]);
      expect(hold.untilWall).toBeGreaterThanOrEqual(resetsAtS * 1000);
      expect(hold.because).toContain('93%');
      expect(model.asked).toHaveLength(2);
      const after = { usedPercent: 2, resetsAtS: resetsAtS + 18_000 };
      model.headers = windows(after, WEEK);
      await complete(stage);

      expect(modes(stage)).toEqual(['start', 'resume']);
      expect(model.asked[2]?.atWall).toBeGreaterThanOrEqual(resetsAtS * 1000);
      await until('the next window is known', () => known(stage).some(([, usedPercent]) => usedPercent === 2), SLOWLY_MS);
      expect(known(stage)).toContainEqual(['five_hour', 2, after.resetsAtS * 1000]);
    });
});
