import { join } from 'node:path';
import type { Agent, Environment, StartPlan } from '../agents/contract/agent.ts';
import { agentFor } from '../agents/registry.ts';
import type { Action, Outcome, RunSpec } from '../core/model/facts.ts';
import type { Run } from '../core/model/run.ts';
import { readClaimed } from '../launch/attempt/record.ts';
import { captureWorktree } from '../launch/keep-worktree.ts';
import { launchAttempt, markOf } from '../launch/launch.ts';
import { launcherFor } from '../launch/launchers/choose.ts';
import type { Standby } from '../launch/standby/ready-made.ts';
import { type AttemptFiles, aliveFifo, attemptFiles, type Layout } from '../store/directory/layout.ts';
import { EnvironmentLost, readEnvironment } from '../store/environment.ts';
import { MARK_VARIABLE } from '../system/process/mark-in-environ.ts';
import { bootId, monoMs } from '../system/process/process.ts';
import { visibleMark } from '../system/process/visible-mark.ts';
import { stage } from '../system/stage.ts';
import { digest } from './digest.ts';
import { type About, forgetsBy, promptFor } from './prompt/prompt.ts';
import { lastingStraysOf, occupiedBy } from './strays.ts';

/**
 * Starts the next attempt: the command itself, the same session with a prompt, or a fresh session
 * with a digest. Never starts it twice: the attempt's claim is exclusive.
 */
export async function resume(
  action: Action & { kind: 'resume' },
  run: Run,
  layout: Layout,
  standby: Standby | null = null,
): Promise<Outcome> {
  const { attempt } = action;
  const strays = await lastingStraysOf(run, layout);
  stage('strays');
  if (strays.length > 0) return { kind: 'not-started', attempt, isOccupied: true, because: occupiedBy(strays) };
  const agent = agentFor(run.spec.agent);
  const environment = environmentOf(run, layout);
  if (environment instanceof EnvironmentLost) return { kind: 'not-started', attempt, isOccupied: false, because: environment.message };
  const prompt = await promptOf(action, { run, agent, environment, layout });
  const plan = planFor(action, run.spec, agent, prompt, environment);
  const files = attemptFiles(layout, run.id, attempt);
  const { launcher, because } = launcherFor(run.spec);
  const mark = standby?.mark ?? markOf(run.id, attempt);
  // Everyone who can see the arguments of processes can see these.
  const asking = run.spec.policy.asks === true ? (agent.asks?.(plan.argv, askServer(layout)) ?? plan.argv) : plan.argv;
  const variables = { [MARK_VARIABLE]: visibleMark(mark), DOGWATCH_RUN: run.name, DOGWATCH_STATE_DIR: layout.stateDir };
  const planned = {
    run: run.id,
    runName: run.name,
    attempt,
    argv: agent.carries?.(asking, variables, { environment, cwd: run.spec.cwd }) ?? asking,
    stdin: plan.stdin,
    cwd: run.spec.cwd,
    umask: run.spec.umask,
    environment: { ...environment, ...forResumeCommand(action, prompt) },
    files,
    aliveFifo: aliveFifo(layout, run.id, attempt),
    nextFifo: aliveFifo(layout, run.id, attempt + 1),
    mark,
    extraPath: layout.bin,
    stateDir: layout.stateDir,
    limits: run.spec.limits,
  };
  // The last thing before it: what is captured is what this attempt finds. The rest need not hold
  // it up. An agent that takes over at once does not wait for git: before it changes a file, it
  // loads and asks its model. Any other command may write at once.
  const capture = () => captureWorktree(run, attempt, layout, environment);
  const loads = run.spec.agent !== 'generic' && run.spec.resumeCommand === null;
  const captured = loads && hasJustEnded(run) ? null : await capture();
  stage('prepared');
  const begunWall = Date.now();
  const keepBeside = async () => (await capture())(begunWall);
  const [outcome, notKept] = await Promise.all([launchAttempt(planned, launcher, standby), captured?.(null) ?? keepBeside()]);
  stage('claimed');
  const before = [because && `as a plain process: ${because}`, notKept].filter((words) => words).join('; ');
  switch (outcome.kind) {
    case 'started':
      return { kind: 'started', attempt, shim: outcome.shim, agent: null, ...(before !== '' && { before }) };
    case 'claimed':
      return startedBefore(files, attempt);
    case 'failed':
      return { kind: 'start-failed', attempt, because: outcome.because };
  }
}

/** The whole prompt of the next attempt. */
export async function promptOf(action: Action & { kind: 'resume' }, about: About): Promise<string> {
  const words = promptFor(action, about);
  if (!forgetsBy(action.mode, about)) return words;
  const { run, layout, environment, agent } = about;
  return `${await digest(run, layout, environment, agent)}\n\n${words}`;
}

/** What an agent starts to ask a person. */
const askServer = (layout: Layout) => [join(layout.bin, 'dogwatch'), 'ask-server'] as const;

function environmentOf({ spec }: Run, layout: Layout): Environment | EnvironmentLost {
  try {
    return readEnvironment(layout, spec.environmentFile);
  } catch (error) {
    if (error instanceof EnvironmentLost) return error;
    throw error;
  }
}

/** A run that has waited for longer can wait until git has read the changes. */
const JUST_MS = 1000;

function hasJustEnded({ attempt }: Run): boolean {
  const agoMs = attempt?.endedAt == null ? Number.POSITIVE_INFINITY : monoMs() - attempt.endedAt.mono;
  return agoMs >= 0 && agoMs < JUST_MS;
}

/** The variables for the operator's own resume command. */
function forResumeCommand({ mode, session }: Action & { kind: 'resume' }, prompt: string): Environment {
  if (mode === 'start') return {};
  return mode === 'resume' && session !== null ? { DOGWATCH_PROMPT: prompt, DOGWATCH_SESSION: session } : { DOGWATCH_PROMPT: prompt };
}

/**
 * Reads from the directory of a claimed attempt that it was started, or that nothing can start it
 * any more.
 */
export async function startedBefore(files: AttemptFiles, attempt: number): Promise<Outcome> {
  const { shim, agent } = await readClaimed(files);
  if (shim === null) return { kind: 'abandoned', because: `attempt ${attempt} was given up while starting` };
  if (shim.bootId !== bootId()) return { kind: 'abandoned', because: `attempt ${attempt} was started before the host was rebooted` };
  return { kind: 'started', attempt, shim, agent };
}

function planFor(action: Action & { kind: 'resume' }, spec: RunSpec, agent: Agent, prompt: string, environment: Environment): StartPlan {
  if (action.mode === 'start') return agent.start(spec, environment);
  // The operator's own resume command finds the prompt in DOGWATCH_PROMPT: no text of a run ever
  // becomes part of a shell command.
  const isBegun = action.mode === 'fresh' && spec.sessionPattern !== null;
  if (spec.resumeCommand !== null && !isBegun) return { argv: ['/bin/sh', '-c', spec.resumeCommand], stdin: null };
  return action.mode === 'resume' ? agent.resume(spec, action.session, prompt) : agent.fresh(spec, prompt);
}
