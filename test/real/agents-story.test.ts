import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, type TestContext } from 'vitest';
import type { ProcessIdentity } from '../../src/core/types.ts';
import { identify, isAlive } from '../../src/system/process.ts';
import { type Stage, story } from '../processes/stage.ts';
import { until } from '../until.ts';
import { installAgent } from './agents/install.ts';
import { ModelServer } from './agents/model-server.ts';
import { SUBJECTS, type Subject } from './agents/subjects.ts';

const SLOWLY_MS = 180_000;

/** A project under version control, and an agent whose model answers from a script. */
async function setJob(
  stage: Stage,
  subject: Subject,
  { onTestFailed, onTestFinished }: Pick<TestContext, 'onTestFailed' | 'onTestFinished'>,
) {
  const program = installAgent(subject.pinned);
  const model = new ModelServer(subject.api);
  const url = await model.start();
  onTestFinished(() => model.stop());
  onTestFailed(() => {
    for (const row of stage.history()) console.log(row.seq, row.observation.kind, row.to, row.because);
    console.log(model.asked.map(({ session, history }) => `${session} ${history.slice(-300)}`).join('\n'), model.left, 'left');
  });
  const home = join(stage.directory, 'home');
  mkdirSync(home);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], { cwd: stage.cwd });
  git('init', '-q');
  git('commit', '-q', '--allow-empty', '-m', 'begin');
  const env = { ...subject.environment(home, url), HOME: home, DOGWATCH_BACKOFF_MAX: '5s', DOGWATCH_BACKOFF_MIN: '1s' };
  const run = () => stage.does(['run', '--name', 'job', '--detach', '--', ...subject.command(program)], { env });
  /** The living processes of the agent itself: not its tools, and not what watches it. */
  const agents = (): readonly ProcessIdentity[] => stage.processes().filter(({ pid }) => isProgram(pid, program));
  return { model, run, agents };
}

function isProgram(pid: number, program: string): boolean {
  try {
    const [first = '', ...more] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return first === program || (basename(first).startsWith('node') && more.includes(program));
  } catch {
    return false;
  }
}

const toolRuns = (stage: Stage, file: string): Promise<ProcessIdentity> =>
  until(
    'the tool runs',
    () => existsSync(stage.file(file)) && identify(Number(stage.lines(file)[0])),
    SLOWLY_MS,
  ) as Promise<ProcessIdentity>;

const complete = (stage: Stage) => until('the run is complete', () => stage.run()?.state === 'complete' && stage.run(), SLOWLY_MS);

describe.each(Object.entries(SUBJECTS))('the real %s', (name, subject) => {
  story(
    'ends its turn, is killed with a tool running, and goes on with its session until it says that the job is done',
    { timeout: 4 * SLOWLY_MS },
    async ({ stage, onTestFailed, onTestFinished }) => {
      const { model, run, agents } = await setJob(stage, subject, { onTestFailed, onTestFinished });
      const dogwatch = subject.loginShell === true ? join(stage.where.bin, 'dogwatch') : 'dogwatch';
      model.script(
        ...[subject.shell('echo 1 > one.txt'), { text: 'One is written.' }],
        subject.shell('echo $$ > tool.pid; echo 2 > two.txt; sleep 600; echo late > late.txt'),
        ...[subject.shell(`${dogwatch} done --because "one and two are there"`), { text: 'All is done.' }],
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
      // One session all along, and never two writers of it.
      expect(model.mostAtOnce).toBe(1);
      const named = new Set(model.asked.map(({ session }) => session));
      expect(named).toEqual(new Set([subject.api.sessionHeader === 'x-no-session' || name === 'qwen' ? null : done?.session]));
      const [, , second, third] = model.asked;
      expect(second?.history).toContain('One is written.');
      expect(second?.history).toContain('attempt 1 exited with status 0');
      expect(third?.history).toContain('One is written.');
      expect(third?.history).toMatch(/\(attempt 2 (was killed by SIGKILL|vanished|exited with status)/);
      // The prompt arrives as it was written.
      expect(third?.history).toContain(JSON.stringify(`run: ${dogwatch} done --because "<what shows that it is finished>".`).slice(1, -1));
    },
  );

  story(
    'is killed before the first word of its model: the same session, and no other, goes on',
    { timeout: 4 * SLOWLY_MS },
    async ({ stage, onTestFailed, onTestFinished }) => {
      const { model, run, agents } = await setJob(stage, subject, { onTestFailed, onTestFinished });
      const dogwatch = subject.loginShell === true ? join(stage.where.bin, 'dogwatch') : 'dogwatch';
      model.script({ hang: '' }, subject.shell(`${dogwatch} done --because "all written"`), { text: 'All is done.' });
      await run();
      await until('the model is asked', () => model.asked.length > 0, SLOWLY_MS);
      for (const identity of agents()) await stage.kill(identity);
      const done = await complete(stage);
      expect(done?.attempt?.number).toBe(2);
      expect(done?.freshStarts).toBe(0);
      expect(model.asked.every(({ session }) => session === null || session === done?.session)).toBe(true);
      expect(model.asked[1]?.history).toContain('Write one, two and three.');
    },
  );

  story(
    'does not know the session any more: a fresh one with a digest, once',
    { timeout: 4 * SLOWLY_MS },
    async ({ stage, onTestFailed, onTestFinished }) => {
      const { model, run } = await setJob(stage, subject, { onTestFailed, onTestFinished });
      const dogwatch = subject.loginShell === true ? join(stage.where.bin, 'dogwatch') : 'dogwatch';
      model.script(
        ...[subject.shell('echo $$ > tool.pid; until test -e go; do sleep 0.1; done'), { text: 'A part of it is done.' }],
        ...[subject.shell(`${dogwatch} done --because "all written"`), { text: 'All is done.' }],
      );
      await run();
      await toolRuns(stage, 'tool.pid');
      const first = stage.run()?.session;
      await stage.does(['pause', 'job']);
      stage.write('go', '');
      await until('the first attempt ended', () => stage.run()?.attempt?.alive === false, SLOWLY_MS);
      rmSync(join(stage.directory, 'home', subject.sessions), { recursive: true });
      await stage.does(['unpause', 'job']);
      const done = await complete(stage);
      const modes = stage.history().flatMap(({ actions }) => actions.flatMap((action) => (action.kind === 'resume' ? [action.mode] : [])));
      expect(modes).toEqual(['start', 'resume', 'fresh']);
      expect(done?.session).not.toBe(first);
      expect(done?.session).toMatch(/^[0-9a-f-]{36}$/);
      // The task, and what is known of the work before it.
      expect(model.asked[2]?.history).toContain('Write one, two and three.');
      expect(model.asked[2]?.history).toContain("can't be continued");
    },
  );
});

const TWO_PROCESSES = Object.entries(SUBJECTS).filter(([, { pinned }]) => pinned.programs.some((program) => program.endsWith('.js')));

describe.each(TWO_PROCESSES)('the real %s, which runs behind a wrapper of its own', (_name, subject) => {
  story(
    'loses the wrapper: the agent goes on alone, and nobody writes beside it',
    { timeout: 4 * SLOWLY_MS },
    async ({ stage, onTestFailed, onTestFinished }) => {
      const { model, run } = await setJob(stage, subject, { onTestFailed, onTestFinished });
      model.script(
        ...[subject.shell('echo $$ > tool.pid; until test -e go; do sleep 0.1; done'), { text: 'It went.' }],
        ...[subject.shell('dogwatch done --because "it went"'), { text: 'All is done.' }],
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
    },
  );
});
