import { mkdirSync } from 'node:fs';
import { agentFor } from '../agents/registry.ts';
import type { Fact, Question } from '../core/model/facts.ts';
import type { Run } from '../core/model/run.ts';
import type { Rates } from '../core/spend/rates.ts';
import { attemptFiles, type Layout } from '../store/directory/layout.ts';
import { type Environment, readEnvironment } from '../store/environment.ts';
import { runOperatorCommand } from '../system/command/operator.ts';
import { writeAtomically } from '../system/file/write-atomically.ts';
import { gatherEvidence } from '../system/git/gather-evidence.ts';
import { monoMs, startedMono } from '../system/process/process.ts';
import { recoveryCounted } from './recovery.ts';

/**
 * Answers a question of the core. Changes nothing, has a deadline, and always returns an answer.
 */
export async function answer({ kind, attempt }: Question, run: Run, layout: Layout, rates: Rates): Promise<Fact> {
  const environment = readEnvironment(layout, run.spec.environmentFile);
  switch (kind) {
    case 'check':
      return { kind: 'check.finished', run: run.id, attempt, ...keep(layout, run, attempt, await check(run, environment)) };
    case 'evidence':
      return { kind: 'evidence.gathered', run: run.id, attempt, evidence: await evidence(run, environment, layout.stateDir) };
    case 'glance':
      return {
        kind: 'evidence.gathered',
        run: run.id,
        attempt,
        evidence: await evidence(run, environment, layout.stateDir),
        isGlance: true,
      };
    case 'recovery-spend':
      return { kind: 'recovery.counted', run: run.id, ...(await recoveryCounted(run, layout, rates)) };
    case 'session': {
      return {
        kind: 'session.learned',
        run: run.id,
        attempt,
        session: await agentFor(run.spec.agent).findSession(run.spec, environment, startedAtWall(run)),
      };
    }
  }
}

/**
 * When the process of the present attempt started: an adopted one ran long before it was
 * registered.
 */
function startedAtWall({ attempt, registeredAt }: Run): number {
  if (attempt === null) return registeredAt.wall;
  if (attempt.shim !== null || attempt.agent === null) return attempt.startedAt.wall;
  return Date.now() - (monoMs() - startedMono(attempt.agent.startTicks));
}

interface Checked {
  readonly passed: boolean;
  readonly status: number | null;
  readonly output: string;
}

/** Keeps the output of an attempt's last check readable. */
function keep(layout: Layout, { id }: Run, attempt: number, checked: Checked): Checked {
  const { directory, check: path } = attemptFiles(layout, id, attempt);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeAtomically(path, `${checked.output}\n`, { durable: false });
  } catch {
    // On a full disk, the answer itself matters more.
  }
  return checked;
}

async function check({ name, spec }: Run, environment: Environment): Promise<Checked> {
  if (spec.done.check === null) return { passed: false, status: null, output: 'no check is defined' };
  const deadlineMs = spec.policy.checkTimeoutMs;
  const outcome = await runOperatorCommand({
    command: spec.done.check,
    cwd: spec.cwd,
    environment,
    extra: { DOGWATCH_RUN_NAME: name },
    deadlineMs,
  });
  switch (outcome.kind) {
    case 'exited':
      return { passed: outcome.code === 0, status: outcome.code, output: `${outcome.output.trim()}\n(exit status ${outcome.code})`.trim() };
    case 'timed-out':
      return {
        passed: false,
        status: null,
        output: `${outcome.output.trim()}\n(ended after ${deadlineMs / 1000} s, its deadline)`.trim(),
      };
    case 'failed':
      return { passed: false, status: null, output: outcome.because };
  }
}

const evidence = ({ spec, session }: Run, environment: Environment, stateDir: string) =>
  gatherEvidence({
    cwd: spec.cwd,
    workedIn: session === null ? [] : (agentFor(spec.agent).workedIn?.(session, environment) ?? []),
    progress: spec.progress,
    environment,
    stateDir,
    deadlineMs: spec.policy.evidenceTimeoutMs,
  });
