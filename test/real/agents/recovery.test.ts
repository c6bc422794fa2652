import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { recoveryFiles } from '../../../src/store/directory/layout.ts';
import type { Stage } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';
import { agentStory, complete, type Job, need, SLOWLY_MS, STORY } from './jobs/job.ts';
import { SUBJECTS, type Subject, type SubjectName } from './jobs/subjects.ts';

/**
 * Agents that read their prompt from stdin if the command has none, and send their model no
 * requests besides the job.
 */
const NAMES: readonly SubjectName[] = ['opencode', 'claude', 'codex'];
/** Some retry by themselves, silently. */
const TIMEOUT = '40s';

/** The same command without its prompt. */
const recoveryCommand = ({ command, pinned }: Subject, skip: Parameters<typeof need>[1]): string =>
  command(need(pinned, skip)).slice(0, -1).join(' ');

/** The run's first attempt ends without having done anything, and no budget is left for another. */
async function handedOff(stage: Stage, { run }: Job, env: Readonly<Record<string, string>>): Promise<void> {
  await run({ DOGWATCH_MAX_RESUMES: '0', ...env });
  await until('it is handed off', () => stage.run()?.state === 'handed-off', SLOWLY_MS);
}

describe.each(NAMES)('the real %s as a recovery agent', (name) => {
  const subject = SUBJECTS[name];

  agentStory('repairs a run of its kind, which continues its own session', STORY, async ({ stage, setJob, skip }) => {
    const job = await setJob(subject);
    const { model, dogwatch, saysDone } = job;
    const env = { DOGWATCH_RECOVERY_COMMAND: recoveryCommand(subject, skip) };
    model.script(
      { text: 'I cannot reach the registry.' },
      subject.shell(`echo mended > mended.txt; ${dogwatch} resume job --prompt "the registry is back"; sleep 600`),
      ...saysDone('all written'),
    );
    await handedOff(stage, job, env);
    await stage.does(['supervise'], { env });
    const done = await complete(stage);
    expect(done).toMatchObject({ because: expect.stringContaining('all written'), attempt: { number: 2 }, recoveries: { tried: 1 } });
    const [, mending, onwards] = model.asked;
    expect(mending?.history).toContain('You are a recovery agent.');
    expect(mending?.history).toContain('I cannot reach the registry.');
    expect(onwards?.history).toContain('the registry is back');
    expect(onwards?.history).not.toContain('You are a recovery agent.');
    // Two sessions, but never both working at once.
    expect(model.mostAtOnce).toBe(1);
    if (subject.sessionHeader !== null) expect(model.sessions()).toEqual([done?.session, mending?.session]);
    expect(readFileSync(stage.file('mended.txt'), 'utf8')).toBe('mended\n');
  });

  agentStory('reaches its own limit: its account is held, and it is not counted', STORY, async ({ stage, setJob, skip }) => {
    const job = await setJob(subject);
    const env = { DOGWATCH_RECOVERY_COMMAND: recoveryCommand(subject, skip), DOGWATCH_RECOVERY_TIMEOUT: TIMEOUT };
    job.model.script({ text: 'I cannot reach the registry.' });
    const resetsAtS = Math.ceil(Date.now() / 1000) + 7200;
    job.model.refusal = (history) => (history.includes('You are a recovery agent.') ? subject.refusals.limit(resetsAtS) : null);
    await handedOff(stage, job, env);
    await stage.does(['supervise'], { env });
    await until('it has gone', () => stage.run()?.state !== 'recovering' && stage.run()?.recoveries.tried === 1, SLOWLY_MS);
    const said = readFileSync(recoveryFiles(stage.where, 'job.1', 1).log, 'utf8');
    expect(stage.run(), said).toMatchObject({ state: 'handed-off', recoveries: { sinceMilestone: 0, begun: [] } });
    const { stderr } = await stage.does(['supervise'], { env });
    expect(stderr).toContain('no recovery agent is started while its account is held');
  });
});
