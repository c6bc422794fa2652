import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, type TestContext } from 'vitest';
import { identify, isAlive } from '../../src/system/process.ts';
import { type Stage, story } from '../processes/stage.ts';
import { until } from '../until.ts';
import { installAgent, OPENCODE } from './agents/install.ts';
import { type Asked, ModelServer } from './agents/model-server.ts';
import { opencodeEnvironment } from './agents/opencode-environment.ts';

/** opencode takes seconds to start, and a loaded machine makes it many. */
const SLOWLY_MS = 180_000;
const bash = (command: string) => ({ tool: 'bash', args: { command, description: 'a step of the job' } }) as const;

let opencode = '';
beforeAll(() => {
  opencode = installAgent(OPENCODE);
});

/** A project under version control, and an opencode whose model answers from a script. */
async function setJob(stage: Stage, { onTestFailed, onTestFinished }: Pick<TestContext, 'onTestFailed' | 'onTestFinished'>) {
  const model = new ModelServer();
  const url = await model.start();
  onTestFinished(() => model.stop());
  onTestFailed(() => {
    for (const row of stage.history()) console.log(row.seq, row.observation.kind, row.to, row.because);
    console.log(
      stage.run()?.because,
      '\n',
      model.asked.map(({ session, messages }) => `${session} ${messages.length} messages`).join('\n'),
      model.left,
      'left',
    );
  });
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], { cwd: stage.cwd });
  git('init', '-q');
  git('commit', '-q', '--allow-empty', '-m', 'begin');
  const env = {
    ...opencodeEnvironment(join(stage.directory, 'home'), `${url}/v1`),
    DOGWATCH_BACKOFF_MAX: '5s',
    DOGWATCH_BACKOFF_MIN: '1s',
    DOGWATCH_PROMPT_AFTER: '1m',
  };
  const run = (...options: string[]) =>
    stage.does(
      [
        'run',
        '--name',
        'job',
        '--detach',
        ...options,
        '--',
        opencode,
        'run',
        '--auto',
        '-m',
        'loopback/scripted',
        'Write one, two and three.',
      ],
      { env },
    );
  return { model, run };
}

/** The living opencode of an attempt. */
const agentOf = (stage: Stage, attempt: number) =>
  until(
    `attempt ${attempt} runs`,
    () => {
      const { agent } = stage.attempt(attempt);
      return agent !== null && isAlive(agent) && agent;
    },
    SLOWLY_MS,
  );

const asks = (model: ModelServer, count: number) =>
  until(`the model is asked ${count} times`, () => model.asked.length >= count && model.asked, SLOWLY_MS);

const textsOf = ({ messages }: Asked, role: string): string[] =>
  messages
    .filter((message) => message.role === role)
    .map(({ content }) => (typeof content === 'string' ? content : JSON.stringify(content)));

describe('the real opencode', () => {
  story(
    'ends its turn twice and is killed in mid-turn once, until it says itself that the job is done',
    { timeout: 4 * SLOWLY_MS },
    async ({ stage, onTestFailed, onTestFinished }) => {
      const { model, run } = await setJob(stage, { onTestFailed, onTestFinished });
      model.script(
        ...[bash('echo 1 > one.txt'), { text: 'One is written.' }],
        ...[bash('echo 2 > two.txt'), { hang: 'Now I will think about' }],
        ...[bash('echo 3 > three.txt'), { text: 'Three is written.' }],
        ...[bash('dogwatch done --because "one, two and three are there"'), { text: 'All is done.' }],
      );
      await run();
      await asks(model, 4);
      const second = await agentOf(stage, 2);
      await stage.kill(second);
      const done = await until('the run is complete', () => stage.run()?.state === 'complete' && stage.run(), SLOWLY_MS);

      expect(done?.because).toContain('one, two and three are there');
      expect(done?.attempt?.number).toBe(4);
      expect(['one.txt', 'two.txt', 'three.txt'].filter((name) => existsSync(stage.file(name)))).toHaveLength(3);
      expect(model.left).toBeLessThanOrEqual(1);
      // One session all along, and it is the one that dogwatch knows.
      expect(new Set(model.asked.map(({ session }) => session))).toEqual(new Set([done?.session]));
      // Each resume brings everything that was said before, and the prompt as it was written.
      const [, , third, , fifth, , seventh] = model.asked;
      expect(textsOf(third!, 'assistant').join()).toContain('One is written.');
      expect(textsOf(third!, 'user')).toHaveLength(2);
      expect(textsOf(third!, 'user')[1]).toContain('attempt 1 exited with status 0');
      expect(textsOf(third!, 'user')[1]).toContain('run: dogwatch done --because "<what shows that it is finished>"');
      expect(textsOf(fifth!, 'user')[2]).toContain('attempt 2 was killed by SIGKILL');
      expect(fifth!.messages.some(({ tool_calls: calls }) => calls?.some((call) => call.function.arguments.includes('two.txt')))).toBe(
        true,
      );
      expect(textsOf(seventh!, 'user')).toHaveLength(4);
      // A new file is a milestone: nobody waited, and the budget is whole.
      expect(done?.charged.length).toBeLessThanOrEqual(1);
    },
  );

  story(
    'dies with a tool running: the orphan is ended before the next attempt starts',
    { timeout: 4 * SLOWLY_MS },
    async ({ stage, onTestFailed, onTestFinished }) => {
      const { model, run } = await setJob(stage, { onTestFailed, onTestFinished });
      model.script(
        bash('echo $$ > tool.pid; sleep 600; echo late > late.txt'),
        bash('cat /proc/$(cat tool.pid)/comm > comm.txt 2>&1; echo seen > seen.txt'),
      );
      model.script(bash('dogwatch done --because "it is seen"'), { text: 'done' });
      await run();
      const tool = await until(
        'the tool runs',
        () => existsSync(stage.file('tool.pid')) && identify(Number(stage.lines('tool.pid')[0])),
        SLOWLY_MS,
      );
      await stage.kill(await agentOf(stage, 1));
      await until('the next attempt has looked', () => existsSync(stage.file('seen.txt')), SLOWLY_MS);
      expect(stage.lines('comm.txt').join()).toContain('No such file');
      expect(isAlive(tool)).toBe(false);
      await until('the run is complete', () => stage.run()?.state === 'complete', SLOWLY_MS);
      expect(existsSync(stage.file('late.txt'))).toBe(false);
      expect(textsOf(model.asked[1]!, 'tool').join()).toContain('interrupted');
    },
  );

  story(
    'is killed before its first word: its session is found, or its command starts again',
    { timeout: 4 * SLOWLY_MS },
    async ({ stage, onTestFailed, onTestFinished }) => {
      const { model, run } = await setJob(stage, { onTestFailed, onTestFinished });
      model.script({ hang: '' }, bash('dogwatch done --because "all written"'), { text: 'done' });
      await run();
      await asks(model, 1);
      await stage.kill(await agentOf(stage, 1));
      const done = await until('the run is complete', () => stage.run()?.state === 'complete' && stage.run(), SLOWLY_MS);
      expect(new Set(model.asked.map(({ session }) => session))).toEqual(new Set([done?.session]));
      expect(textsOf(model.asked[1]!, 'user').at(-1)).toContain('killed by SIGKILL');
    },
  );

  story(
    'does not know the session any more: a fresh one with a digest, once',
    { timeout: 4 * SLOWLY_MS },
    async ({ stage, onTestFailed, onTestFinished }) => {
      const { model, run } = await setJob(stage, { onTestFailed, onTestFinished });
      model.script({ text: 'The first part is done.' }, bash('dogwatch done --because "all written"'), { text: 'done' });
      await run();
      await until('the first turn ended', () => stage.run()?.attempt?.alive === false || (stage.run()?.attempt?.turns ?? 0) > 0, SLOWLY_MS);
      rmSync(join(stage.directory, 'home', 'data', 'opencode'), { recursive: true, force: true });
      const done = await until('the run is complete', () => stage.run()?.state === 'complete' && stage.run(), SLOWLY_MS);
      const modes = stage.history().flatMap(({ actions }) => actions.flatMap((action) => (action.kind === 'resume' ? [action.mode] : [])));
      expect(modes.slice(0, 2)).toEqual(['start', 'resume']);
      expect(modes.filter((mode) => mode === 'fresh')).toHaveLength(1);
      expect(done?.session).toBe(model.asked.at(-1)?.session);
      expect(textsOf(model.asked[1]!, 'user').join()).toContain("can't be continued");
    },
  );
});
