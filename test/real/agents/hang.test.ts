import { statSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { attemptFiles } from '../../../src/store/directory/layout.ts';
import { until } from '../../kit/until.ts';
import { agentStory, complete, log, modes, remembered, SLOWLY_MS, STORY } from './jobs/job.ts';
import { SUBJECTS, type SubjectName } from './jobs/subjects.ts';

/**
 * Long enough for an agent to start, which takes CPU time; far shorter than the 5 minutes or more
 * after which the agents give up by themselves.
 */
const IDLE = { DOGWATCH_IDLE: '8s', DOGWATCH_QUIET: '2s' };

const WAYS = [
  { way: 'answers nothing, not even headers', answer: { mute: true } },
  { way: 'stops in the middle of its answer', answer: { hang: 'Now I will' } },
] as const;

const ROWS = (Object.keys(SUBJECTS) as SubjectName[]).flatMap((agent) => WAYS.map((way) => ({ agent, ...way })));

describe('a model that hangs', () => {
  agentStory.for(ROWS)('$agent: it $way', STORY, async ({ agent, answer }, { stage, setJob }) => {
    const subject = SUBJECTS[agent];
    const { model, run, saysDone } = await setJob(subject);
    model.script(subject.shell('echo 1 > one.txt'), answer, ...saysDone('it answers again'));
    await run(IDLE);
    const done = await complete(stage);

    expect(ends(stage)).toEqual([expect.stringContaining('is wedged')]);
    expect(modes(stage)).toEqual(['start', 'resume']);
    expect(model.mostAtOnce).toBe(1);
    expect(model.sessions()).toEqual(subject.sessionHeader === null ? [] : [done.session]);
    expect(model.asked[2]?.history).toContain(remembered(subject, 'one.txt'));
  });

  agentStory('codex waits forever for the network, and keeps saying so: that is not activity', STORY, async ({ stage, setJob }) => {
    const { model, run, saysDone } = await setJob(SUBJECTS.codex);
    model.script(SUBJECTS.codex.shell('echo 1 > one.txt; until test -e gone; do sleep 0.1; done'), ...saysDone('the network is back'));
    // It reports this after 3, 11 and 24 s.
    await run({ ...IDLE, DOGWATCH_IDLE: '20s' });
    await until('it works', () => model.asked.length > 0, SLOWLY_MS);
    await model.stop();
    stage.write('gone', '');
    const heard = () => (stage.run()?.attempt?.bytes ?? 0) === Buffer.byteLength(log(stage, 1));
    await until('it said so twice, and was heard', () => log(stage, 1).split('waiting for network').length > 2 && heard(), SLOWLY_MS);
    const saidAt = statSync(attemptFiles(stage.where, 'job.1', 1).log).mtimeMs;
    expect(stage.run()?.attempt?.lastActivity?.wall).toBeLessThan(saidAt - 1000);
    await until('it is ended', () => ends(stage).length > 0, SLOWLY_MS);
    await model.start();
    const done = await complete(stage);

    expect(ends(stage)[0]).toContain('is wedged');
    expect(modes(stage)).toEqual(['start', ...ends(stage).map(() => 'resume')]);
    expect(model.sessions()).toEqual([done.session]);
    expect(model.asked.at(-1)?.history).toContain('one.txt');
  });
});

/** Why dogwatch ended attempts. */
const ends = (stage: Parameters<typeof modes>[0]): readonly string[] =>
  stage.history().flatMap(({ actions }) => actions.flatMap((one) => (one.kind === 'end' ? [one.because] : [])));
