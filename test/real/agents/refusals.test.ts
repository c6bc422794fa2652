import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { Stage } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';
import { agentStory, complete, held, modes, remembered, STORY, signals } from './jobs/job.ts';
import { SUBJECTS, type SubjectName } from './jobs/subjects.ts';

const UNAUTHORIZED = (Object.keys(SUBJECTS) as SubjectName[]).map((agent) => ({
  agent,
  subject: SUBJECTS[agent],
  ...SUBJECTS[agent].unauthorized,
}));

type Mend = (stage: Stage, credentials: string) => Promise<unknown>;

/** What causes one more attempt. */
const MENDS: readonly (readonly [string, Mend])[] = [
  ['a person asks for it', (stage) => stage.does(['resume', 'job'])],
  [
    'a person logs in',
    (stage, credentials) => {
      // Some keep their provider's address in it as well.
      if (!existsSync(credentials)) writeFileSync(credentials, '{}');
      // The state at the first look is not a change yet.
      let changedS = Date.now() / 1000;
      return until('the change is seen', () => {
        utimesSync(credentials, ++changedS, changedS);
        return stage.run()?.state !== 'held';
      });
    },
  ],
];

describe.each(MENDS)('refused credentials, until %s', (_, mend) => {
  agentStory.for(UNAUTHORIZED)('$agent', STORY, async ({ agent, subject, requests, exit }, { stage, setJob }) => {
    const { model, home, run, saysDone } = await setJob(subject);
    model.script(subject.shell('echo 1 > one.txt'), ...saysDone('the key is good again'));
    let isMended = false;
    model.refusal = () => (model.asked.length === 0 || isMended ? null : subject.refusals.unauthorized);
    await run();

    const hold = await held(stage, 'auth', 'held');
    expect([hold.untilWall, stage.run()?.due]).toEqual([null, null]);
    expect(stage.run()?.attempt).toMatchObject({ number: 1, exit: { code: exit } });
    expect(await signals(stage, agent, 1)).toContain('auth');
    isMended = true;
    await mend(stage, join(home, subject.credentials));
    const done = await complete(stage);

    expect(model.refused).toBe(requests);
    expect(modes(stage)).toEqual(['start', 'resume']);
    expect(model.sessions()).toEqual(subject.sessionHeader === null ? [] : [done.session]);
    expect(model.asked.at(-1)?.history).toContain(remembered(subject, 'one.txt'));
    expect(done.charged).toEqual([]);
    expect(notices(stage.where.watchdogLog)).toHaveLength(1);
  });
});

const OVERFLOWS = (Object.keys(SUBJECTS) as SubjectName[]).flatMap((agent) =>
  SUBJECTS[agent].overflows.map((overflow) => ({ agent, ...overflow })),
);

describe('a session that is too long for the model', () => {
  agentStory.for(OVERFLOWS)('$agent, $refused', STORY, async ({ agent, refused, requests, exit, after }, { stage, setJob }) => {
    const subject = SUBJECTS[agent];
    const { model, run, saysDone } = await setJob(subject);
    model.script(subject.shell('echo 1 > one.txt'), ...saysDone('what was left is done'));
    model.refusal = (history) => {
      const isRefused = refused === 'once' ? model.asked.length === 1 : model.asked.length > 0 && !history.includes(FRESH);
      return isRefused ? subject.refusals.overflow : null;
    };
    await run();
    await complete(stage);

    expect(modes(stage)).toEqual(['start', ...after]);
    expect(model.refused).toBe(requests);
    if (subject.sessionHeader !== null) expect(model.sessions()).toHaveLength(1 + after.length);
    if (exit === null) return;
    expect(stage.attempt(1).exit).toMatchObject({ code: exit });
    expect(await signals(stage, agent, 1)).toContain('context');
    // A fresh session knows the task, and that there was work before it.
    expect(model.asked[1 + requests]?.history).toContain('Write one, two and three.');
    expect(model.asked[1 + requests]?.history).toContain(FRESH);
  });
});

/** From the digest with which a fresh session begins. */
const FRESH = "can't be continued";

const notices = (log: string): readonly string[] =>
  readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.includes('job: the credentials were refused:') && !line.includes('over: '));
