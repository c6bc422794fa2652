import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { isAlive } from '../../../src/system/process/process.ts';
import { until } from '../../kit/until.ts';
import { agentStory, complete, modes, remembered, SLOWLY_MS, STORY, toolRuns } from './jobs/job.ts';
import { SUBJECTS } from './jobs/subjects.ts';

describe.each(Object.entries(SUBJECTS))('the real %s', (name, subject) => {
  agentStory(
    'ends its turn, is killed while a tool runs, and continues its session until it says that the job is done',
    STORY,
    async ({ stage, setJob }) => {
      const { model, run, agents, dogwatch, saysDone } = await setJob(subject);
      model.script(
        ...[subject.shell('echo 1 > one.txt'), { text: 'One is written.' }],
        subject.shell('echo $$ > tool.pid; echo 2 > two.txt; sleep 600; echo late > late.txt'),
        ...saysDone('one and two are there'),
      );
      await run();
      const tool = await toolRuns(stage, 'tool.pid');
      const killed = agents();
      expect(killed.length).toBeGreaterThan(0);
      for (const identity of killed) await stage.kill(identity);
      const done = await complete(stage);

      expect(done?.because).toContain('one and two are there');
      expect(done?.spec.agent).toBe(name);
      expect(done?.attempt?.number).toBe(3);
      expect(isAlive(tool)).toBe(false);
      expect(existsSync(stage.file('late.txt'))).toBe(false);
      // One session throughout, and never two writers of it.
      expect(model.mostAtOnce).toBe(1);
      expect(model.sessions()).toEqual(subject.sessionHeader === null ? [] : [done?.session]);
      const [, , second, third] = model.asked;
      expect(second?.history).toContain(remembered(subject, 'One is written.'));
      expect(second?.history).toContain('attempt 1 ended with status 0');
      expect(third?.history).toContain(remembered(subject, 'One is written.'));
      expect(third?.history).toMatch(/\(attempt 2 (ended by SIGKILL|vanished|ended with status)/);
      // A new file is a milestone. Of which attempt depends on how soon the next one writes: its work
      // is looked at after that has started.
      expect(stage.history().map(({ because }) => because)).toContainEqual(
        expect.stringMatching(/^milestone in attempt [12]: new content/),
      );
      // The prompt arrives unchanged.
      expect(third?.history).toContain(JSON.stringify(`run: ${dogwatch} done --because "<what shows that it is finished>".`).slice(1, -1));
    },
  );

  agentStory('is killed before its model’s first word: the same session, and no other, continues', STORY, async ({ stage, setJob }) => {
    const { model, run, agents, saysDone } = await setJob(subject);
    model.script({ hang: '' }, ...saysDone('all written'));
    await run();
    await until('the model is asked', () => model.asked.length > 0, SLOWLY_MS);
    for (const identity of agents()) await stage.kill(identity);
    const done = await complete(stage);
    expect(done?.attempt?.number).toBe(2);
    expect(done?.streak.freshStarts).toBe(0);
    expect(model.sessions()).toEqual(subject.sessionHeader === null ? [] : [done?.session]);
    expect(model.asked[1]?.history).toContain('Write one, two and three.');
  });

  agentStory('no longer knows the session: a fresh one with a digest, once', STORY, async ({ stage, setJob, skip }) => {
    skip(subject.forgets === true, 'it resumes no session');
    const { model, run, home, saysDone } = await setJob(subject);
    model.script(
      ...[subject.shell('echo $$ > tool.pid; until test -e go; do sleep 0.1; done'), { text: 'A part of it is done.' }],
      ...saysDone('all written'),
    );
    await run();
    await toolRuns(stage, 'tool.pid');
    await stage.does(['pause', 'job']);
    stage.write('go', '');
    await until('the first attempt ended', () => stage.run()?.attempt?.alive === false, SLOWLY_MS);
    // Not before: copilot names it in its last line.
    const first = await until('its session is known', () => stage.run()?.session);
    rmSync(join(home, subject.sessions), { recursive: true });
    await stage.does(['unpause', 'job']);
    const done = await complete(stage);
    expect(modes(stage)).toEqual(['start', 'resume', 'fresh']);
    expect(done?.session).not.toBe(first);
    // The task, and what is known about the work before it.
    expect(model.asked[2]?.history).toContain('Write one, two and three.');
    expect(model.asked[2]?.history).toContain("can't be continued");
  });
});

const TWO_PROCESSES = Object.entries(SUBJECTS).filter(
  ([, { pinned, title }]) => title === undefined && pinned.programs.some((program) => program.endsWith('.js')),
);

describe.each(TWO_PROCESSES)('the real %s, which runs behind a wrapper of its own', (_name, subject) => {
  agentStory('loses the wrapper: the agent continues alone, and nothing else writes to its session', STORY, async ({ stage, setJob }) => {
    const { model, run, saysDone } = await setJob(subject);
    model.script(
      ...[subject.shell('echo $$ > tool.pid; until test -e go; do sleep 0.1; done'), { text: 'It went.' }],
      ...saysDone('it went'),
    );
    await run();
    await toolRuns(stage, 'tool.pid');
    const wrapper = stage.attempt(1).agent;
    expect(wrapper).not.toBeNull();
    if (wrapper !== null) await stage.kill(wrapper);
    await until('the watchdog knows', () => stage.history().some(({ observation }) => observation.kind === 'process.exited'), SLOWLY_MS);
    expect(stage.run()?.attempt?.number).toBe(1);
    stage.write('go', '');
    const done = await complete(stage);
    expect(done?.attempt?.number).toBe(2);
    expect(model.mostAtOnce).toBe(1);
    expect(model.asked[2]?.history).toContain('It went.');
  });
});
