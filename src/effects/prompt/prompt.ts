import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent, Environment } from '../../agents/contract/agent.ts';
import type { Action } from '../../core/model/facts.ts';
import type { Attempt, Run } from '../../core/model/run.ts';
import { readClaim } from '../../launch/attempt/record.ts';
import { renderPrompt } from '../../settings/render-prompt.ts';
import { attemptFiles, type Layout } from '../../store/directory/layout.ts';
import { bootId } from '../../system/process/process.ts';
import { redact } from '../../system/text/redact.ts';
import { lossBeforeNext, lossInWords } from './lost-steps.ts';
import { type EndedAttempt, openCallsInWords, openCallsOf } from './open-calls.ts';

export interface About {
  readonly run: Run;
  readonly agent: Agent;
  readonly environment: Environment;
  readonly layout: Layout;
}

/**
 * The prompt of a resume: the run's template, whether the session may lack its last steps, the
 * calls whose outcome it does not know, and what the operator wants to say.
 */
export function promptFor({ attempt, prompt, mode }: Action & { kind: 'resume' }, about: About): string {
  const { run, agent, environment, layout } = about;
  const dogwatch = agent.keepsPath ? 'dogwatch' : join(layout.bin, 'dogwatch');
  // A check may print its input.
  const refusal = prompt.refusal === null ? null : redact(prompt.refusal, environment);
  const facts = { run: run.name, attempt, reason: prompt.reason, refusal, dogwatch };
  const isForgotten = forgetsBy(mode, about);
  const open = mode === 'start' ? '' : openCallsInWords(callsOf(about, isForgotten), environment, isForgotten);
  const lost = mode === 'start' ? '' : lossInWords(lossBeforeNext(agent, run, attemptsOf(run, layout), bootId()));
  return [renderPrompt(run.spec.resumePrompt, facts), lost, open, prompt.answers, prompt.operator].filter((text) => text).join('\n');
}

/** Whether what goes on knows only what its prompt says. */
export const forgetsBy = (mode: Attempt['mode'], { run, agent }: Pick<About, 'run' | 'agent'>): boolean =>
  mode === 'fresh' || (mode === 'resume' && agent.forgets === true && run.spec.resumeCommand === null);

function callsOf({ run, agent, environment, layout }: About, isForgotten: boolean) {
  return openCallsOf(agent, { session: run.session, attempts: attemptsOf(run, layout), isForgotten }, environment);
}

/** How far back attempts are read. */
const MOST_ATTEMPTS = 8;

/** The attempts of a run with their logs, last one first. */
function* attemptsOf({ id, attempt }: Run, layout: Layout): Generator<EndedAttempt> {
  const last = attempt?.number ?? 0;
  for (let number = last; number > Math.max(0, last - MOST_ATTEMPTS); number--) {
    const files = attemptFiles(layout, id, number);
    // It is written right before the command starts.
    const wall = number === last ? attempt?.startedAt.wall : statSync(files.claim, { throwIfNoEntry: false })?.mtimeMs;
    if (wall === undefined) return;
    yield { wall, log: files.log, boot: readClaim(files).shim?.bootId ?? null };
  }
}
