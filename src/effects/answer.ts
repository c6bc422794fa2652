import { agentFor } from '../agents/registry.ts';
import type { Run } from '../core/run.ts';
import type { Fact, Question } from '../core/types.ts';
import { type Environment, readEnvironment } from '../store/environment.ts';
import type { Layout } from '../store/layout.ts';
import { gatherEvidence } from '../system/evidence.ts';
import { runOperatorCommand } from '../system/operator-command.ts';
import { monoMs, startedMono } from '../system/process.ts';

/** Looks into a question of the core: changes nothing, has a deadline, and always has an answer. */
export async function answer({ kind, attempt }: Question, run: Run, layout: Layout): Promise<Fact> {
  const environment = readEnvironment(layout, run.spec.environmentFile);
  switch (kind) {
    case 'check':
      return { kind: 'check.finished', run: run.id, attempt, ...(await check(run, environment)) };
    case 'evidence':
      return { kind: 'evidence.gathered', run: run.id, attempt, evidence: await evidence(run, environment) };
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

/** When the process of the present attempt was started; an adopted one was long before it was registered. */
function startedAtWall({ attempt, registeredAt }: Run): number {
  if (attempt === null) return registeredAt.wall;
  if (attempt.shim !== null || attempt.agent === null) return attempt.startedAt.wall;
  return Date.now() - (monoMs() - startedMono(attempt.agent.startTicks));
}

async function check({ name, spec }: Run, environment: Environment): Promise<{ passed: boolean; output: string }> {
  if (spec.done.check === null) return { passed: false, output: 'no check is defined' };
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
      return { passed: outcome.code === 0, output: `${outcome.output.trim()}\n(exit status ${outcome.code})`.trim() };
    case 'timed-out':
      return { passed: false, output: `${outcome.output.trim()}\n(it took longer than ${deadlineMs / 1000} s and was ended)`.trim() };
    case 'failed':
      return { passed: false, output: outcome.because };
  }
}

const evidence = ({ spec }: Run, environment: Environment) =>
  gatherEvidence({ cwd: spec.cwd, progress: spec.progress, environment, deadlineMs: spec.policy.evidenceTimeoutMs });
