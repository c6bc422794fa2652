import { setTimeout } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import type { CostsReport } from '../../../src/cli/costs/sums.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { costOf, tokensOf } from '../../../src/core/spend/cost.ts';
import { until } from '../../kit/until.ts';
import { NOTHING, sumOf, type Usage } from '../providers/usage.ts';
import { agentStory, complete, SLOWLY_MS, STORY } from './jobs/job.ts';
import { SUBJECTS } from './jobs/subjects.ts';

/**
 * What dogwatch counted of a run minus what the server served: `whole` of the answers that ended;
 * `underWay` of the one that was cut off when the agent was killed. A provider bills at least the
 * prompt of that one, but no CLI says it: dogwatch is below by all of it, and says that it is.
 */
const EXPECTED = { whole: 0, underWay: 'below' } as const;

/** Reasoning is a part of the output, which some do not tell apart. */
const comparable = ({ input, cacheRead, cacheWrite, output, reasoning }: Usage) => ({
  input,
  cacheRead,
  cacheWrite,
  output: output + reasoning,
});
const total = (tokens: ReturnType<typeof comparable>): number => Object.values(tokens).reduce((sum, count) => sum + count, 0);

const ended = (run: Run | null): Run | null => (run?.attempt?.alive === false ? run : null);

describe('ends a turn, is killed in the middle of an answer, and goes on: what it used is what its model served', () => {
  for (const [name, subject] of Object.entries(SUBJECTS))
    agentStory(`the real ${name}`, STORY, async ({ stage, setJob }) => {
      const { model, run, agents, saysDone } = await setJob(subject);
      model.script(
        ...[subject.shell('echo 1 > one.txt'), { text: 'One is written.' }],
        ...[subject.shell('echo 2 > two.txt'), { hang: 'Now I wi' }],
        ...saysDone('one and two are there'),
      );
      // Its last answer comes after it said that the job is done.
      await run({ DOGWATCH_LINGER: '3m' });
      await until('an answer is under way', () => model.served.some(({ isWhole }) => !isWhole), SLOWLY_MS);
      // What was not recorded yet when it died, nobody knows.
      if (subject.recordsLate === true) await setTimeout(3000);
      for (const identity of agents()) await stage.kill(identity);
      await complete(stage);
      const done = await until('its last attempt ended', () => ended(stage.run()), SLOWLY_MS);

      const servedOf = (whole: boolean) =>
        comparable(sumOf(model.served.filter(({ isWhole }) => isWhole === whole).map(({ usage }) => usage)));
      const counted = comparable({ ...NOTHING, ...tokensOf(done), reasoning: 0 });
      const [whole, underWay] = [servedOf(true), servedOf(false)];
      console.log(
        `| ${name} | served ${total(whole)} | counted ${total(counted)} | ${total(counted) - total(whole)} | under way −${total(underWay)} |`,
      );
      expect(done.attempt?.number).toBe(3);
      expect(model.left).toBe(0);
      expect({ whole: total(counted) - total(whole), underWay: total(underWay) > 0 ? 'below' : 'equal' }).toEqual(EXPECTED);
      expect(counted).toEqual(whole);
      // Each attempt has what it used itself, whenever that was said.
      const each = [model.served.slice(0, 2), model.served.slice(2, 3), model.served.slice(4)];
      const { stdout } = await stage.does(['costs', 'job', '--by', 'attempt', '--json']);
      const { groups } = JSON.parse(stdout) as CostsReport;
      expect(groups.map(({ cost }) => cost.tokens?.total)).toEqual(
        each.map((answers) => total(comparable(sumOf(answers.map(({ usage }) => usage))))),
      );
      // Unknown, not zero.
      expect(costOf(done)).toMatchObject({ untoldAttempts: 1, isComplete: false });
    });
});
