import { join } from 'node:path';
import type { Agent, Environment } from '../../agents/contract/agent.ts';
import type { Action } from '../../core/model/facts.ts';
import type { Run } from '../../core/model/run.ts';
import { renderPrompt } from '../../settings/render-prompt.ts';
import { attemptFiles, type Layout } from '../../store/directory/layout.ts';
import { redact } from '../../system/text/redact.ts';
import { openCallsInWords, openCallsOf } from './open-calls.ts';

interface About {
  readonly run: Run;
  readonly agent: Agent;
  readonly environment: Environment;
  readonly layout: Layout;
}

/**
 * The prompt of a resume: the run's template, the calls whose outcome its session does not know,
 * and what the operator wants to say.
 */
export function promptFor({ attempt, prompt, mode }: Action & { kind: 'resume' }, about: About): string {
  const { run, agent, environment, layout } = about;
  const dogwatch = agent.keepsPath ? 'dogwatch' : join(layout.bin, 'dogwatch');
  // A check may print its input.
  const refusal = prompt.refusal === null ? null : redact(prompt.refusal, environment);
  const facts = { run: run.name, attempt, reason: prompt.reason, refusal, dogwatch };
  const open = mode === 'start' ? '' : openCallsInWords(callsOf(about), environment);
  return [renderPrompt(run.spec.resumePrompt, facts), open, prompt.answers, prompt.operator].filter((text) => text).join('\n');
}

function callsOf({ run: { id, session, attempt }, agent, environment, layout }: About) {
  if (attempt === null) return [];
  const { log } = attemptFiles(layout, id, attempt.number);
  return openCallsOf(agent, { session, startedAtWall: attempt.startedAt.wall, log }, environment);
}
