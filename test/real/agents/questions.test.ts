import { existsSync } from 'node:fs';
import { expect } from 'vitest';
import { type Ask, waitsFor } from '../../../src/core/asks/ask.ts';
import type { Stage } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';
import { agentStory, complete, SLOWLY_MS, STORY } from './jobs/job.ts';
import { SUBJECTS, type Subject } from './jobs/subjects.ts';

/** It may not do anything without asking. */
const asksFirst = (subject: Subject): Subject => ({
  ...subject,
  command: (program) => subject.command(program).filter((word) => word !== '--dangerously-skip-permissions'),
});

const asked = (stage: Stage): Promise<Ask> =>
  until(
    'it asks',
    () => {
      const run = stage.run();
      return run !== null && waitsFor(run);
    },
    SLOWLY_MS,
  );
const calls = (stage: Stage) =>
  stage.history().flatMap(({ actions }) => actions.filter((action) => action.kind === 'escalate' && action.cause.startsWith('question ')));

const { claude } = SUBJECTS;

agentStory(
  'the real claude asks a person, is killed while it waits, asks the same again, and gets the one answer',
  STORY,
  async ({ stage, setJob }) => {
    const { model, run, agents, saysDone } = await setJob(asksFirst(claude));
    const step = claude.shell('echo 1 >> one.txt');
    model.script(step, step, ...saysDone('one is there'));
    await run({ DOGWATCH_ASK: '1' });
    const first = await asked(stage);
    const watchdog = stage.watchdog();
    if (watchdog !== null) await stage.kill(watchdog);
    for (const identity of agents()) await stage.kill(identity);
    await stage.dogwatch(['ack', 'job']);
    await until('the next attempt lives', () => (stage.run()?.attempt?.number ?? 0) > 1, SLOWLY_MS);
    const second = await asked(stage);
    expect([second.number, second.text, calls(stage).length]).toEqual([first.number, 'Bash: echo 1 >> one.txt {"timeout":600000}', 1]);
    expect(existsSync(stage.file('one.txt'))).toBe(false);
    const since = performance.now();
    await stage.does(['answer', 'job', 'yes']);
    await until('the step is done', () => existsSync(stage.file('one.txt')), SLOWLY_MS);
    console.log(`answered to done: ${Math.round(performance.now() - since)} ms`);
    const next = await asked(stage);
    expect([next.number, next.text]).toEqual([2, expect.stringContaining('done --because')]);
    await stage.does(['answer', 'job', 'yes']);
    await complete(stage);
    expect(stage.lines('one.txt')).toEqual(['1']);
  },
);

agentStory(
  'the real claude reads what a person says instead of yes, and the answer to its own question',
  STORY,
  async ({ stage, setJob }) => {
    const { model, run, saysDone } = await setJob(asksFirst(claude));
    const questions = [
      {
        question: 'Which port?',
        header: 'Port',
        multiSelect: false,
        options: [8080, 8443].map((port) => ({ label: `${port}`, description: 'a port' })),
      },
    ];
    model.script(claude.shell('echo 1 >> one.txt'), { tool: 'AskUserQuestion', args: { questions } }, ...saysDone('known'));
    await run({ DOGWATCH_ASK: '1' });
    await asked(stage);
    await stage.does(['answer', 'job', 'write', 'two', 'instead']);
    await until('it asks again', () => stage.run()?.asks?.last === 2, SLOWLY_MS);
    expect(await asked(stage)).toMatchObject({ of: 'choice', text: 'Which port? (8080, 8443)' });
    await stage.does(['answer', 'job', '8443']);
    await until('it asks once more', () => stage.run()?.asks?.last === 3, SLOWLY_MS);
    await stage.does(['answer', 'job', 'yes']);
    await complete(stage);
    expect(existsSync(stage.file('one.txt'))).toBe(false);
    const heard = model.asked.map(({ history }) => history).join('\n');
    expect(heard).toContain('A person answered instead of allowing it: write two instead');
    expect(heard).toContain('8443');
  },
);
