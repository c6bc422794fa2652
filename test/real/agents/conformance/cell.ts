import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Agent, Environment, StartPlan } from '../../../../src/agents/contract/agent.ts';
import { agentFor } from '../../../../src/agents/registry.ts';
import type { AgentName, RunSpec, Signal } from '../../../../src/core/model/facts.ts';
import { DEFAULT_PROMPT } from '../../../../src/settings/render-prompt.ts';
import { specWith } from '../../../kit/core/world.ts';
import type { Subject } from '../jobs/subject.ts';
import { Disk } from './disk.ts';
import { HeldModel } from './held-model.ts';
import { closedWay, kill } from './kill.ts';
import { endInWords, Life } from './life.ts';
import { type Measured, measured } from './measure.ts';
import { lettersOf } from './mind.ts';
import type { Point, Way } from './point.ts';
import { Prompts } from './prompts.ts';
import { Scene } from './scene.ts';

/** What was found, or why the agent cannot die there in this way. */
export type Outcome = { readonly unreached: string; readonly isOfPoint: boolean } | Measured;

export interface Candidate {
  readonly name: AgentName;
  readonly subject: Subject;
  readonly program: string;
}

const SECOND_LIFE_MS = 120_000;
const DIES_MS = 1000;
/** As dogwatch does: after this many resumes that did nothing the session is given up. */
const MAX_NOOPS = 2;
/** Makes the end of a process take this long. */
const EXIT_DELAY_S = 30;

/** Brings an agent to its point, kills it, resumes it as dogwatch does, and measures. */
export async function playCell(candidate: Candidate, point: Point, way: Way, keep: string | null = null): Promise<Outcome> {
  const { subject, name, program } = candidate;
  if (point === 'sub-agent' && !subject.delegate) return { unreached: 'it has no sub-agents', isOfPoint: true };
  const directory = mkdtempSync(join(tmpdir(), 'conform-'));
  const disk = diskIn(directory);
  const scene = new Scene(point, subject, directory, join(disk?.at ?? directory, 'home'));
  scene.disk = disk;
  const model = new HeldModel(subject.api, subject.sessionHeader, (request) => scene.reply(request));
  const lives: Life[] = [];
  try {
    if (disk === null && (point === 'disk-full' || way === 'power'))
      return { unreached: 'this machine may not mount a disk of its own', isOfPoint: point === 'disk-full' };
    const { cwd, ...placed } = place(disk?.at ?? directory, subject, await model.start());
    const early = point === 'compaction' ? subject.compacts?.(join(disk?.at ?? directory, 'home')) : undefined;
    const environment = { ...placed.environment, ...early };
    const agent = agentFor(name);
    const spec = specOf(agent, name, commandAt(point, candidate), cwd);
    // dogwatch's own log does not survive a power cut any better.
    const prompts = new Prompts(way === 'power' && disk !== null ? disk.at : directory, agent, spec, environment, {
      isRebooted: way === 'power',
      isDiskFull: point === 'disk-full',
    });
    const names = [program, ...(subject.title === undefined ? [] : [subject.title])];
    const begin = (plan: StartPlan, env = environment): Life => {
      const life = new Life({ log: prompts.log(lives.length + 1), cwd, names, daemon: subject.daemon ?? null }, plan, env);
      lives.push(life);
      return life;
    };
    if (subject.onceBefore) execFileSync(program, subject.onceBefore, { cwd, env: environment, stdio: 'ignore' });
    disk?.sync();
    const first = begin(
      delayed(point, agent.start(spec), directory),
      point === 'turn-end' ? { ...environment, ...subject.alone } : environment,
    );
    const unreached = await scene.reach(first);
    if (unreached !== null) return { unreached, isOfPoint: true };
    const closed = closedWay(way, first, disk);
    if (closed !== null) return { unreached: closed, isOfPoint: false };

    // dogwatch has it in its database as soon as a line names it.
    const heard = signalsOf(agent, spec, first);
    const named = sessionIn(heard);
    const before = [...model.requests];
    const atDeath = scene.counted();
    const remark = await kill(way, { life: first, disk, isExiting: point === 'turn-end' }, () => scene.release());
    await first.over(DIES_MS);
    const died = first.ended === null ? 'not at all' : endInWords(first.ended);
    const left = await first.clear();
    scene.release();
    model.hangUp();
    if (keep !== null) keepRecord(join(keep, `${name}-${point}-${way}`), join(cwd, '..', 'home', subject.sessions));
    disk?.free();

    const session = named ?? sessionIn(signalsOf(agent, spec, first)) ?? (await agent.findSession(spec, environment, first.startedAtWall));
    const from = model.requests.length;
    const signals = way === 'power' ? heard : signalsOf(agent, spec, first);
    const resumes = await resumed({
      agent,
      spec,
      environment,
      prompts,
      first,
      signals,
      session,
      begin,
      asked: () => model.requests.length,
    });
    const last = resumes.at(-1);
    if (last === undefined) throw new Error('nothing was resumed');
    const { life: second, prompt } = last;
    return measured({
      letters: lettersOf(point),
      before,
      after: model.requests.slice(from),
      received: scene.received,
      atDeath,
      effects: scene.counted(),
      sessions: [session, sessionIn(signalsOf(agent, spec, second))],
      modes: resumes.map(({ mode }) => mode),
      silent: resumes.filter(({ life, asked }) => asked === 0 && life.ended?.code === 0).length,
      prompt,
      died,
      remark,
      left,
      second: { startedMs: second.startedMs, end: second.ended === null ? 'not at all' : endInWords(second.ended) },
    });
  } finally {
    scene.release();
    for (const life of lives) await life.clear(0);
    await model.stop();
    if (keep !== null) keepCell(join(keep, `${name}-${point}-${way}`), lives, model);
    await disk?.end();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Resume {
  readonly agent: Agent;
  readonly spec: RunSpec;
  readonly prompts: Prompts;
  readonly environment: Environment;
  readonly first: Life;
  /** What the log of the first life said before it was lost, if it was. */
  readonly signals: readonly Signal[];
  readonly session: string | null;
  begin(plan: StartPlan): Life;
  /** How many requests there were. */
  asked(): number;
}

interface Resumed {
  readonly mode: 'start' | 'resume' | 'fresh';
  readonly prompt: string;
  readonly life: Life;
  readonly asked: number;
}

/** Lets dogwatch resume it until the model is asked, at most as often as it tries a session that does nothing. */
async function resumed({ agent, spec, prompts, environment, first, begin, asked, ...known }: Resume): Promise<readonly Resumed[]> {
  let { session, signals } = known;
  let life = first;
  const all: Resumed[] = [];
  while (all.length < MAX_NOOPS + 2 && !all.some((one) => one.asked > 0 || one.mode === 'fresh')) {
    const from = asked();
    const { startedAtWall, ended } = life;
    const { mode, session: to, prompt } = await prompts.next({ startedAtWall, signals, ended, session });
    life = begin(planFor(mode, agent, spec, to, prompt, environment));
    await life.over(SECOND_LIFE_MS);
    await life.clear();
    all.push({ mode, prompt, life, asked: asked() - from });
    signals = signalsOf(agent, spec, life);
    session = sessionIn(signals) ?? (await agent.findSession(spec, environment, life.startedAtWall));
  }
  return all;
}

function planFor(
  mode: Resumed['mode'],
  agent: Agent,
  spec: RunSpec,
  session: string | null,
  prompt: string,
  environment: Environment,
): StartPlan {
  if (mode === 'start') return agent.start(spec, environment);
  return mode === 'resume' ? agent.resume(spec, session, prompt) : agent.fresh(spec, prompt);
}

/** The sessions as they were found after the death. */
function keepRecord(to: string, sessions: string): void {
  mkdirSync(to, { recursive: true });
  if (existsSync(sessions)) cpSync(sessions, join(to, 'record'), { recursive: true });
}

function keepCell(to: string, lives: readonly Life[], { requests }: HeldModel): void {
  mkdirSync(to, { recursive: true });
  // A power cut may leave no log.
  for (const [index, { log }] of lives.entries()) if (existsSync(log)) cpSync(log, join(to, `life-${index + 1}.log`));
  for (const [index, request] of requests.entries()) writeFileSync(join(to, `request-${index + 1}.json`), JSON.stringify(request, null, 1));
}

function diskIn(directory: string): Disk | null {
  try {
    return new Disk(directory);
  } catch {
    return null;
  }
}

/** A project under version control, and a home. */
function place(root: string, subject: Subject, url: string) {
  const [home, cwd] = [join(root, 'home'), join(root, 'work')];
  mkdirSync(home, { recursive: true });
  mkdirSync(cwd, { recursive: true });
  const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], { cwd });
  git('init', '-q');
  git('commit', '-q', '--allow-empty', '-m', 'begin');
  const { PATH = '/usr/bin:/bin', LANG = 'C.UTF-8' } = process.env;
  return { cwd, environment: { PATH, LANG, ...subject.environment(home, url), HOME: home } };
}

const commandAt = (point: Point, { subject, program }: Candidate): readonly string[] =>
  point === 'permission' && subject.asking ? subject.asking(program) : subject.command(program);

function specOf(agent: Agent, name: AgentName, command: readonly string[], cwd: string): RunSpec {
  const prepared = agent.prepare(command, 'conformance', false);
  if ('problem' in prepared) throw new Error(prepared.problem);
  return specWith({ agent: name, command: prepared.command, cwd, resumePrompt: DEFAULT_PROMPT, sessions: agent.keepsSessions });
}

/** At the end of the turn its process is stopped right before it exits. */
function delayed(point: Point, plan: StartPlan, directory: string): StartPlan {
  if (point !== 'turn-end') return plan;
  const inject = `inject=exit_group:delay_enter=${EXIT_DELAY_S}s`;
  const strace = ['strace', '-f', '-qq', '-b', 'execve', '-e', 'trace=exit_group', '-e', inject, '-o', join(directory, 'trace')];
  return { ...plan, argv: [...strace, ...plan.argv] };
}

const signalsOf = (agent: Agent, spec: RunSpec, life: Life): readonly Signal[] =>
  agent.interpreter(spec, { atWall: Date.now, zone: 'UTC', session: () => null }).read(life.lines.slice(0, -1));

const sessionIn = (signals: readonly Signal[]): string | null =>
  signals.flatMap((signal) => (signal.kind === 'session' ? [signal.id] : []))[0] ?? null;
