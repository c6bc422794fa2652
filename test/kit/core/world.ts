import type { AccountHold } from '../../../src/core/account/hold.ts';
import type { AccountWindow } from '../../../src/core/account/window.ts';
import { ALONE, type Surroundings } from '../../../src/core/context.ts';
import { decide } from '../../../src/core/decide.ts';
import type { RunDecision } from '../../../src/core/decision.ts';
import type { DiskView } from '../../../src/core/host/disk-view.ts';
import { NEW_HOST } from '../../../src/core/host/state.ts';
import type {
  Action,
  Command,
  Evidence,
  Fact,
  Instant,
  Outcome,
  Policy,
  RunSpec,
  Signal,
  Survivor,
} from '../../../src/core/model/facts.ts';
import type { RecoverySpec, Refused, Said } from '../../../src/core/model/recovery.ts';
import type { Run } from '../../../src/core/model/run.ts';
import type { DayCap } from '../../../src/core/spend/day-cap.ts';
import { fingerprint } from '../../../src/core/values/fingerprint.ts';
import { World } from '../../../src/core/world.ts';
import { MARKS } from './disks.ts';
import { ticksInTime, wasDue } from './ticks.ts';

export { MARKS };
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const POLICY: Policy = {
  enabled: true,
  idleMs: 15 * MINUTE,
  startupMs: 5 * MINUTE,
  maxToolMs: 2 * HOUR,
  quietMs: 2 * MINUTE,
  maxResumes: 20,
  maxResumesTotal: 500,
  backoffMinMs: 5 * SECOND,
  backoffMaxMs: 5 * MINUTE,
  promptAfterMs: MINUTE,
  lingerMs: 2 * MINUTE,
  permissionGraceMs: 10 * MINUTE,
  asks: false,
  graceMs: 10 * SECOND,
  checkTimeoutMs: 10 * MINUTE,
  evidenceTimeoutMs: 20 * SECOND,
  limitSlackMs: 2 * MINUTE,
  probeMinMs: 15 * MINUTE,
  probeMaxMs: 4 * HOUR,
  limitCeilingMs: 8 * DAY,
  staggerMs: 30 * SECOND,
  hours: null,
  hoursLiving: 'turn',
  limitReservePercent: 0,
  maxCostMicros: 0,
  maxTokens: 0,
  costGracePercent: 10,
  stopsOnUnknownCost: false,
  freshAboveTokens: 0,
  keepWorktreeBytes: 100 * 2 ** 20,
  maxRepeats: 25,
  maxStallMs: 4 * HOUR,
};

export type Wishes = Partial<Omit<RunSpec, 'policy' | 'done'>> & { policy?: Partial<Policy>; done?: Partial<RunSpec['done']> };

/** A spec with the defaults of an opencode run, except for the given fields. */
export const specWith = ({ policy, done, ...rest }: Wishes = {}): RunSpec => ({
  name: 'upgrade',
  agent: 'opencode',
  command: ['opencode', 'run', 'upgrade everything'],
  cwd: '/srv/project',
  umask: 0o022,
  environmentFile: 'upgrade-1.env',
  prompt: null,
  resumeCommand: null,
  resumePrompt: 'go on',
  progress: null,
  logs: [],
  launcher: 'process',
  limits: { memoryBytes: null, cpuPercent: null },
  sessions: true,
  adopted: false,
  account: 'opencode/anthropic/1f2e3d4c5b6a',
  model: null,
  paths: [],
  patterns: [],
  sessionPattern: null,
  journals: [],
  ...rest,
  done: { file: null, fileBefore: null, logPattern: null, check: null, exit: false, ...done },
  policy: { ...POLICY, ...policy },
});

/** An agent that mends runs, under another account. */
export const MENDER: RecoverySpec = {
  agent: 'claude',
  command: ['claude', '-p'],
  account: 'claude/anthropic/0a1b2c3d4e5f',
  model: null,
  credentials: 'as they are',
  timeoutMs: 45 * MINUTE,
  most: 3,
};

/** An answer of a model that cost this much, or whose price is unknown. */
export const answered = (usd: number | null, tokens = 1000, id = 'one'): Signal => ({
  kind: 'usage',
  of: 'answer',
  id,
  shares: [
    {
      model: usd === null ? 'odd-model' : 'model',
      tokens: { input: tokens, output: 0, cacheRead: 0, cacheWrite: 0 },
      money: usd === null ? null : { usd, by: 'stated' },
    },
  ],
  context: tokens,
});

export const process = (pid: number) => ({ bootId: 'boot-1', pid, startTicks: pid * 100 });
export const survivor = (role: Survivor['role'], pid: number, name = 'bash'): Survivor => ({ identity: process(pid), role, name });
export const evidence = (patch: Partial<Evidence> = {}): Evidence => ({
  head: 'c0ffee0001',
  worktree: 'clean',
  progress: null,
  missing: [],
  ...patch,
});

type Untold<F> = F extends Fact ? Omit<F, 'run'> : never;
/** A fact about the only run of a story. */
export type Told = Untold<Fact>;

/**
 * One run on a virtual clock: each fact is decided with frozen inputs, every run goes through JSON
 * as it would through the store, and ticks come when they are due.
 */
export class Story {
  now: Instant;
  readonly decisions: RunDecision[] = [];
  #run: Run | null = null;
  /** The holds of its account. */
  holds: readonly AccountHold[] = [];
  /** The holds of its recovery agent's account. */
  recoveryHolds: readonly AccountHold[] = [];
  /** The usage windows of both. */
  windows: readonly AccountWindow[] = [];
  recoveryWindows: readonly AccountWindow[] = [];
  /** The state of the filesystems that it writes to. */
  disk: DiskView = ALONE.disk;
  /** What all runs may cost in the present day. */
  day: DayCap | null = null;
  /** A supervisor is expected. */
  recovers = false;
  #seq = 0;

  constructor(wishes: Wishes = {}, { hostEnabled = true, foreign = null as number | null, disk = null as DiskView['hold'] } = {}) {
    this.disk = { hold: disk, isPressed: disk !== null, takenMono: null };
    this.now = { wall: Date.UTC(2026, 10, 23, 3), mono: 5 * MINUTE };
    const spec = specWith(wishes);
    const registered = {
      kind: 'run.registered',
      request: 'r0',
      generation: 1,
      spec,
      foreign: foreign === null ? null : process(foreign),
    } as const;
    this.tell(registered, hostEnabled);
  }

  get run(): Run {
    if (this.#run === null) throw new Error('the run is not registered yet');
    return this.#run;
  }

  get last(): RunDecision {
    const last = this.decisions.at(-1);
    if (last === undefined) throw new Error('nothing was decided yet');
    return last;
  }

  /** All actions so far. */
  get actions(): readonly Action[] {
    return this.decisions.flatMap(({ actions }) => actions);
  }

  tell(fact: Told, hostEnabled = true): RunDecision {
    this.#seq += 1;
    const seen = frozen({ ...fact, run: 'upgrade-1', seq: this.#seq, at: this.now, jitter: 0 } as Parameters<typeof decide>[1]);
    const before = this.#run === null ? null : frozen(this.#run);
    const around = this.#around(hostEnabled);
    const decision = decide(before, seen, around);
    if (before !== null && fact.kind === 'tick') wasDue(before, this.now, around, decision);
    this.holds = decision.holds ?? this.holds;
    this.windows = decision.windows ?? this.windows;
    this.recoveryHolds = decision.recoveryHolds?.holds ?? this.recoveryHolds;
    this.decisions.push(decision);
    this.#run = JSON.parse(JSON.stringify(decision.run)) as Run;
    ticksInTime(
      frozen(this.#run),
      this.now,
      this.#around(hostEnabled),
      decision.holds === null && decision.windows === null ? decision.wake : null,
    );
    return decision;
  }

  #around(hostEnabled: boolean): Surroundings {
    return {
      ...ALONE,
      hostEnabled,
      holds: frozen(this.holds),
      disk: this.disk,
      recovers: this.recovers,
      recoveryHolds: frozen(this.recoveryHolds),
      windows: frozen(this.windows),
      recoveryWindows: frozen(this.recoveryWindows),
      day: frozen(this.day),
    };
  }

  after(ms: number): this {
    this.now = { wall: this.now.wall + ms, mono: this.now.mono + ms };
    return this;
  }

  tick(): RunDecision {
    return this.tell({ kind: 'tick' });
  }

  /** Answers the action in flight. */
  settle(outcome: Outcome): RunDecision {
    return this.tell({ kind: 'action.settled', action: this.run.pending?.id ?? 'none', outcome });
  }

  /** The pending resume has started. */
  started(): RunDecision {
    const attempt = this.run.pending?.attempt ?? 0;
    return this.settle({ kind: 'started', attempt, shim: process(1000 + attempt), agent: null });
  }

  startFails(because = 'spawn opencode ENOENT'): RunDecision {
    return this.settle({ kind: 'start-failed', attempt: this.run.pending?.attempt ?? 0, because });
  }

  /** The pending end is done. */
  ended(): RunDecision {
    return this.settle({ kind: 'ended', attempt: this.attempt, because: 'SIGTERM' });
  }

  get attempt(): number {
    return this.run.attempt?.number ?? 0;
  }

  says(...signals: Signal[]): RunDecision {
    return this.log(120, signals);
  }

  log(bytes: number, signals: readonly Signal[] = [], attempt = this.attempt): RunDecision {
    const cursor = { dev: 1, ino: 2, birthMs: 3, offset: bytes, marker: 'm', countedOffset: bytes, midLine: false };
    return this.tell({ kind: 'log.read', attempt, path: '/log', bytes, lines: signals.length, signals, cursor, gap: null });
  }

  /** Its log is removed or replaced while it lives; null if it is back. */
  loses(lost: { readonly because: string; readonly isRead: boolean } | null): RunDecision {
    const cursor = { dev: 1, ino: 2, birthMs: 3, offset: 0, marker: 'm', countedOffset: 0, midLine: false };
    return this.tell({ kind: 'log.read', attempt: this.attempt, path: '/log', bytes: 0, lines: 0, signals: [], cursor, gap: null, lost });
  }

  exits(how: number | string | null = 0, survivors: readonly Survivor[] = [], outOfMemory = false): RunDecision {
    const code = typeof how === 'number' ? how : null;
    const signal = typeof how === 'string' ? how : null;
    return this.tell({ kind: 'process.exited', attempt: this.attempt, code, signal, outOfMemory, survivors });
  }

  sample(cpuMs: number, tool: { key: string; sinceMono: number } | null = null, wroteWall: number | null = null): RunDecision {
    const vitals = { cpuMs, wroteWall, tool: tool === null ? null : { ...tool, name: tool.key } };
    return this.tell({ kind: 'process.sampled', attempt: this.attempt, vitals });
  }

  gathered(patch: Partial<Evidence> = {}, attempt = this.attempt): RunDecision {
    return this.tell({ kind: 'evidence.gathered', attempt, evidence: evidence(patch) });
  }

  /** The same while the attempt lives. */
  glanced(patch: Partial<Evidence> = {}, attempt = this.attempt): RunDecision {
    return this.tell({ kind: 'evidence.gathered', attempt, evidence: evidence(patch), isGlance: true });
  }

  checked(passed: boolean, attempt = this.attempt): RunDecision {
    return this.tell({ kind: 'check.finished', attempt, passed, output: passed ? '' : '3 tests fail' });
  }

  claims(claim: 'done' | 'blocked' | 'progress', because: string, attempt = this.attempt): RunDecision {
    return this.tell({ kind: 'agent.claimed', request: `r${this.#seq}`, attempt, genuine: true, claim, because });
  }

  /** The agent asks a person, under the name of this request. */
  asks(
    text: string,
    { request = `a${this.#seq}`, attempt = this.attempt, genuine = true, of = 'permission' as 'permission' | 'choice' } = {},
  ): RunDecision {
    return this.tell({ kind: 'agent.asked', request, attempt, genuine, ask: { key: fingerprint(text).padStart(32, '0'), of, text } });
  }

  /** The process that waits under the name of this request takes the answer. */
  takes(ask: string, { attempt = this.attempt, genuine = true } = {}): RunDecision {
    return this.tell({ kind: 'answer.taken', request: `t${this.#seq}`, attempt, genuine, ask });
  }

  answers(says: 'yes' | 'no' | 'text', { text = '', number = null as number | null, always = false } = {}): RunDecision {
    return this.operator({ kind: 'answer', number, says, text, always });
  }

  operator(command: Command): RunDecision {
    return this.tell({ kind: 'operator.requested', request: `r${this.#seq}`, command });
  }

  /** The supervisor asks for a recovery; it is started. */
  mends(spec: Partial<RecoverySpec> = {}): RunDecision {
    this.operator({ kind: 'recover', recovery: { ...MENDER, ...spec } });
    return this.settle({ kind: 'recovery-started', shim: process(2000) });
  }

  /** The recovery agent says something. */
  mender(says: Said, because: string, { recovery = this.run.recovery?.number ?? 0, genuine = true } = {}): RunDecision {
    return this.tell({ kind: 'recovery.spoke', request: `r${this.#seq}`, recovery, genuine, says, because });
  }

  menderExits(recovery = this.run.recovery?.number ?? 0): RunDecision {
    return this.tell({ kind: 'recovery.exited', recovery });
  }

  /** The pending end of the recovery agent is done. */
  menderGone(refused: Refused | null = null): RunDecision {
    return this.settle({ kind: 'recovery-ended', refused, because: 'SIGTERM' });
  }

  restarts({ rebooted = false, enabled = true } = {}): RunDecision {
    return this.tell({ kind: 'watchdog.started', rebooted, enabled });
  }
}

/** A world that knows these runs. */
export const worldOf = (
  runs: readonly Run[] = [],
  { holds = [] as readonly AccountHold[], mayAct = true, recovers = false, find = (_id: string): Run | null => null } = {},
): World => new World({ runs, holds, host: NEW_HOST }, { marks: MARKS, mayAct, recovers }, find);

/** A run whose first attempt is running, with a known session and its evidence baseline taken. */
export function working(wishes: Wishes = {}): Story {
  const story = new Story(wishes);
  story.gathered();
  story.started();
  if (story.run.spec.sessions) story.says({ kind: 'session', id: 'ses_1' });
  else story.says();
  return story;
}

/** Lives long enough to earn a prompt resume, then exits; the next attempt is pending. */
export function worksAndExits(story: Story, how: number | string | null = 0): RunDecision {
  story.after(2 * MINUTE).says();
  return story.exits(how);
}

export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) frozen(part);
  }
  return value;
}
