import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { TestContext } from 'vitest';
import type { Hold, ProcessIdentity, RunState } from '../../../../src/core/model/facts.ts';
import { attemptFiles } from '../../../../src/store/directory/layout.ts';
import { identify } from '../../../../src/system/process/process.ts';
import { type Stage, staged } from '../../../kit/stage.ts';
import { until } from '../../../kit/until.ts';
import { type Answer, ModelServer } from '../../providers/model-server.ts';
import { type PinnedAgent, programOf } from '../install.ts';
import { JOB, type Subject } from './subject.ts';

/** Agent CLIs take seconds to start, and much longer on a loaded machine. */
export const SLOWLY_MS = 180_000;
export const STORY = { timeout: 4 * SLOWLY_MS };

/** Set for every job, so that a story with many attempts takes only seconds. */
const HASTE = {
  DOGWATCH_BACKOFF_MIN: '1s',
  DOGWATCH_BACKOFF_MAX: '5s',
  DOGWATCH_LIMIT_SLACK: '500ms',
  DOGWATCH_STAGGER: '0s',
};

/** An installed program. Skips the test if it is not installed. */
export function need(agent: PinnedAgent, skip: TestContext['skip']): string {
  return programOf(agent) ?? skip(`${agent.package} ${agent.version} is not installed`);
}

export type Job = Awaited<ReturnType<typeof setJob>>;

/** A story with a job for an agent CLI. */
export const agentStory = staged.extend<{ setJob: (subject: Subject) => Promise<Job> }>({
  setJob: async ({ stage, skip, onTestFailed, onTestFinished }, use) =>
    use((subject) => setJob(stage, subject, { skip, onTestFailed, onTestFinished })),
}).concurrent;

/** A version-controlled project, and an agent whose model answers from a script. */
async function setJob(
  stage: Stage,
  subject: Subject,
  { skip, onTestFailed, onTestFinished }: Pick<TestContext, 'skip' | 'onTestFailed' | 'onTestFinished'>,
) {
  const program = need(subject.pinned, skip);
  const model = new ModelServer(subject.api, subject.sessionHeader);
  const url = await model.start();
  onTestFinished(() => model.stop());
  onTestFailed(() => {
    for (const row of stage.history()) console.log(row.seq, row.observation.kind, row.to, row.because);
    console.log(
      model.asked.map(({ session, refused, history }) => `${session} ${refused ? 'refused' : ''} ${history.slice(-300)}`).join('\n'),
    );
    console.log(model.left, 'answers left');
  });
  const home = join(stage.directory, 'home');
  mkdirSync(home);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], { cwd: stage.cwd });
  git('init', '-q');
  git('commit', '-q', '--allow-empty', '-m', 'begin');
  const environment = { ...subject.environment(home, url), HOME: home, ...HASTE };
  const dogwatch = subject.loginShell === true ? join(stage.where.bin, 'dogwatch') : 'dogwatch';
  return {
    model,
    home,
    /** The variables of the run. */
    environment,
    dogwatch,
    run: (env: Readonly<Record<string, string>> = {}) =>
      stage.does(['run', '--name', 'job', '--detach', '--', ...subject.command(program)], { env: { ...environment, ...env } }),
    /** The agent's own living processes, without its tools and what watches it. */
    agents: (): readonly ProcessIdentity[] => stage.processes().filter(({ pid }) => isProgram(pid, program, subject.title)),
    /** The model's answers that finish the job. */
    saysDone: (because: string): readonly Answer[] => [subject.shell(`${dogwatch} done --because "${because}"`), { text: 'All is done.' }],
  };
}

function isProgram(pid: number, program: string, title?: string): boolean {
  try {
    const [first = '', ...more] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return first === program || first === title || (basename(first).startsWith('node') && more.includes(program));
  } catch {
    return false;
  }
}

/** What of an earlier attempt the next one knows: this text, or only the task. */
export const remembered = ({ forgets }: Subject, text: string): string => (forgets === true ? JOB : text);

/** The tool that wrote its pid to a file. */
export const toolRuns = (stage: Stage, file: string): Promise<ProcessIdentity> =>
  until('the tool runs', () => existsSync(stage.file(file)) && identify(Number(stage.lines(file)[0])), SLOWLY_MS);

export const complete = (stage: Stage) => until('the run is complete', () => stage.run()?.state === 'complete' && stage.run(), SLOWLY_MS);

/** How each attempt was started. */
export const modes = (stage: Stage): readonly string[] =>
  stage.history().flatMap(({ actions }) => actions.flatMap((action) => (action.kind === 'resume' ? [action.mode] : [])));

/** The log of an attempt. */
export const log = (stage: Stage, attempt: number): string => readFileSync(attemptFiles(stage.where, 'job.1', attempt).log, 'utf8');

/** The signals that the agent's module finds in it. */
export async function signals(stage: Stage, agent: string, attempt: number): Promise<readonly string[]> {
  const { stdout } = await stage.does(['classify', '--agent', agent, '--json'], { input: log(stage, attempt) });
  return [...new Set(stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line).signal as string])))];
}

/** The hold of this kind, once the run is in one of these states because of it. */
export const held = (stage: Stage, kind: Hold['kind'], ...states: readonly RunState[]): Promise<Hold> =>
  until(
    `it is ${states.join(' or ')}, held by ${kind}`,
    () => {
      const run = stage.run();
      return run !== null && states.includes(run.state) && run.holds.find((hold) => hold.kind === kind);
    },
    SLOWLY_MS,
  );

/** The run as `status --json` prints it. */
export async function status(stage: Stage): Promise<unknown> {
  const { stdout } = await stage.does(['status', 'job', '--json']);
  return JSON.parse(stdout).runs[0];
}
