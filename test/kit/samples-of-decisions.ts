import { ALONE } from '../../src/core/context.ts';
import type { RunDecision } from '../../src/core/decision.ts';
import type { Action, Fact, Observation, RunSpec } from '../../src/core/model/facts.ts';
import type { Run } from '../../src/core/model/run.ts';
import { newRun } from '../../src/core/run/new-run.ts';
import { POLICY } from './core/world.ts';

export const spec = (name: string): RunSpec => ({
  name,
  agent: 'generic',
  command: ['sh', '-c', 'work'],
  cwd: '/srv/work',
  umask: 0o022,
  environmentFile: `${name}.1.json`,
  prompt: null,
  resumeCommand: null,
  resumePrompt: 'go on',
  done: { file: null, fileBefore: null, logPattern: null, check: null, exit: true },
  progress: null,
  logs: [],
  launcher: 'process',
  limits: { memoryBytes: null, cpuPercent: null },
  sessions: false,
  adopted: false,
  account: 'generic/1f2e3d4c5b6a',
  model: null,
  paths: [],
  patterns: [],
  sessionPattern: null,
  journals: [],
  policy: POLICY,
});

export const observed = (fact: Fact, seq: number): Observation => ({
  ...fact,
  seq,
  at: { wall: 1_700_000_000_000 + seq, mono: seq },
  jitter: 0.5,
});

export function newRunNamed(name: string, generation = 1): Run {
  const fact = { kind: 'run.registered', run: `${name}.${generation}`, request: 'r', generation, spec: spec(name), foreign: null } as const;
  return newRun({ ...fact, seq: 1, at: { wall: 1, mono: 1 }, jitter: 0.5 }, true);
}

/** A decision that resumes the run. */
export function resuming(run: Run, seq: number): RunDecision {
  const prompt = { reason: 'its process ended', refusal: null, operator: null };
  const action: Action = { kind: 'resume', id: `${run.id}/${seq}`, run: run.id, attempt: 1, mode: 'start', session: null, prompt };
  const pending = { id: action.id, kind: 'resume', attempt: 1, mode: 'start', at: { wall: seq, mono: seq } } as const;
  return { ...noting(run, seq), run: { ...run, pending }, because: `resumed at ${seq}`, actions: [action] };
}

/** A decision that only changes what is known. */
export const noting = (run: Run, seq: number): RunDecision => ({
  kind: 'run',
  observation: observed({ kind: 'tick', run: run.id }, seq),
  given: { run, around: ALONE },
  from: run.state,
  run: { ...run, because: `noted at ${seq}` },
  because: `noted at ${seq}`,
  events: [],
  spent: [],
  material: true,
  actions: [],
  questions: [],
  reply: null,
  holds: null,
  windows: null,
  recoveryHolds: null,
  wake: null,
});
