import { describe, expect } from 'vitest';
import { until } from '../../kit/until.ts';
import type { Answer } from '../providers/model-server.ts';
import { agentStory, complete, held, modes, remembered, SLOWLY_MS, STORY, signals, status } from './jobs/job.ts';
import { SUBJECTS, type SubjectName } from './jobs/subjects.ts';

const ROWS = (Object.keys(SUBJECTS) as SubjectName[]).map((agent) => ({ agent, ...SUBJECTS[agent].limited }));

/** Late enough for an attempt to give up first, even on a loaded machine. */
const RESETS_AFTER_S = 30;
/** The most that a job's DOGWATCH_LIMIT_SLACK adds, plus the delay of a watchdog. */
const SLACK_MS = 1250;

describe('a usage limit', () => {
  agentStory.for(ROWS)('$agent', STORY, async ({ agent, says, requests, exit, refusedAttempts }, { stage, setJob }) => {
    const subject = SUBJECTS[agent];
    const { model, run, saysDone } = await setJob(subject);
    model.script(subject.shell('echo 1 > one.txt'), ...saysDone('the limit is over'));
    let resetsAtS: number | null = null;
    let isLifted = false;
    model.refusal = () => {
      if (model.asked.length === 0) return null;
      resetsAtS ??= resetAfter(says === 'minute' ? 60 : 1);
      const isOver = says === 'nothing' ? isLifted : Date.now() >= resetsAtS * 1000;
      return isOver ? null : subject.refusals.limit(resetsAtS);
    };
    // No probe may precede a stated reset.
    await run({ DOGWATCH_LIMIT_PROBE: says === 'nothing' ? '5s' : '1h' });

    const hold = await held(stage, 'limit', 'waiting');
    const resetsAt = (resetsAtS ?? 0) * 1000;
    expect(stage.run()?.attempt).toMatchObject({ number: 1, exit: { code: exit } });
    expect(await signals(stage, agent, 1)).toContain('limit');
    if (says !== 'nothing') {
      expect(hold.untilWall).toBeGreaterThanOrEqual(resetsAt);
      // codex prints the reset without seconds: its minute has to be over.
      expect(hold.untilWall).toBeLessThanOrEqual(resetsAt + 60_000 + SLACK_MS);
      const until = new Date(hold.untilWall ?? 0).toISOString();
      expect(await status(stage)).toMatchObject({ state: 'waiting', resumesWithoutProgress: 0, holds: [{ kind: 'limit', until }] });
    }
    await until('every attempt that comes too early was refused', () => model.refused === requests * refusedAttempts, SLOWLY_MS);
    isLifted = true;
    const done = await complete(stage);

    // No request came between the refusal and the reset. Then one attempt continued the session,
    // without a charge.
    expect(model.refused).toBe(requests * refusedAttempts);
    expect(modes(stage)).toEqual(['start', ...Array(refusedAttempts).fill('resume')]);
    expect(model.mostAtOnce).toBe(1);
    expect(model.sessions()).toEqual(subject.sessionHeader === null ? [] : [done.session]);
    expect(model.asked.at(-1)?.history).toContain(remembered(subject, 'one.txt'));
    expect([done.charged, done.holds]).toEqual([[], []]);
  });

  agentStory('gemini must wait much longer: a person may retry earlier', STORY, async ({ stage, setJob }) => {
    const { model, run, saysDone } = await setJob(SUBJECTS.gemini);
    model.script(SUBJECTS.gemini.shell('echo 1 > one.txt'), ...saysDone('the limit is over'));
    let isLifted = false;
    model.refusal = () => (model.asked.length === 0 || isLifted ? null : GEMINI_LATER);
    await run();
    const hold = await held(stage, 'limit', 'waiting');
    expect(hold.untilWall).toBeGreaterThan(Date.now() + 300_000);
    isLifted = true;
    await stage.does(['resume', 'job']);
    expect((await complete(stage)).attempt?.number).toBe(2);
    expect(model.refused).toBe(1);
  });

  agentStory('opencode waits it out: it is left alone while the limit holds, and ended for the probe', STORY, async ({ stage, setJob }) => {
    const { model, run, saysDone } = await setJob(SUBJECTS.opencode);
    const { shell, refusals } = SUBJECTS.opencode;
    model.script(shell('echo 1 > one.txt'), ...saysDone('the limit is over'));
    model.refusal = () =>
      model.asked.length === 1 ? { ...refusals.limit(Date.now() / 1000 + 3600), headers: { 'retry-after': '3600' } } : null;
    // Far longer than it may be silent otherwise.
    await run({ DOGWATCH_IDLE: '5s', DOGWATCH_LIMIT_PROBE: '20s' });
    const hold = await held(stage, 'limit', 'working', 'quiet');
    const done = await complete(stage);

    expect([model.refused, modes(stage), model.sessions()]).toEqual([1, ['start', 'resume'], [done.session]]);
    const [ended] = stage.history().filter(({ actions }) => actions.some(({ kind }) => kind === 'end'));
    expect(ended?.observation.at.wall).toBeGreaterThanOrEqual(hold.untilWall ?? Number.POSITIVE_INFINITY);
    expect(done.charged).toEqual([]);
  });
});

/** The first full second or minute that is late enough, in s since the epoch. */
const resetAfter = (granularityS: number): number => Math.ceil((Date.now() / 1000 + RESETS_AFTER_S) / granularityS) * granularityS;

const GEMINI_LATER: Answer = {
  status: 429,
  body: {
    error: {
      code: 429,
      status: 'RESOURCE_EXHAUSTED',
      message: 'You exceeded your current quota, please check your plan and billing details.',
      details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '600s' }],
    },
  },
};
