import type { Action, Outcome } from '../core/model/facts.ts';
import type { Run } from '../core/model/run.ts';
import type { Rates } from '../core/spend/rates.ts';
import { claimForNobody, readAttempt } from '../launch/attempt/record.ts';
import type { Standby } from '../launch/standby/ready-made.ts';
import { sweepStandbys } from '../launch/standby/record.ts';
import { attemptFiles, type Layout } from '../store/directory/layout.ts';
import { endOfAttempt } from './end-run-attempt.ts';
import { endRecovery, recoveryStartedBefore, startRecovery } from './recovery.ts';
import { resume, startedBefore } from './resume.ts';

/** The shims that wait for the next attempts of runs. */
export interface Standbys {
  take(run: string, attempt: number): Standby | null;
}

const NO_STANDBYS: Standbys = { take: () => null };

/**
 * Performs an action and reports the outcome. No retries and no choices here: the core decides what
 * follows.
 */
export async function perform(
  action: Action,
  run: Run,
  layout: Layout,
  prepare: () => Promise<string | null>,
  rates: Rates,
  standbys: Standbys = NO_STANDBYS,
): Promise<Outcome> {
  switch (action.kind) {
    case 'resume':
      return begin(action, run, layout, prepare, standbys);
    case 'end':
      return end(action, run, layout);
    case 'recover':
      return startRecovery(action, run, layout);
    case 'end-recovery':
      return endRecovery(action, run, layout, rates);
    case 'escalate':
      // It was opened as a notice when it was decided; the channels deliver it separately.
      return { kind: 'delivered' };
  }
}

/**
 * Finds out what became of an action that was recorded but, as far as the journal knows, never
 * settled. Nothing is done twice.
 */
export async function recover(action: Action, run: Run, layout: Layout, rates: Rates): Promise<Outcome> {
  if (action.kind === 'recover') return recoveryStartedBefore(action, run, layout);
  if (action.kind !== 'resume') return perform(action, run, layout, async () => null, rates);
  const files = attemptFiles(layout, run.id, action.attempt);
  const isForNobody = !readAttempt(files).claimed && claimForNobody(files);
  // What it was to start is known to nobody any more, or started.
  sweepStandbys(layout, run.id);
  if (isForNobody)
    return { kind: 'abandoned', because: `attempt ${action.attempt} was decided, but dogwatch ended before it could start it` };
  return startedBefore(files, action.attempt);
}

/** Prepares the machine before a run's first attempt. */
async function begin(
  action: Action & { kind: 'resume' },
  run: Run,
  layout: Layout,
  prepare: () => Promise<string | null>,
  standbys: Standbys,
): Promise<Outcome> {
  const before = action.attempt === 1 ? await prepare() : null;
  const standby = standbys.take(run.id, action.attempt);
  try {
    return withBefore(await resume(action, run, layout, standby), before);
  } finally {
    standby?.discard();
  }
}

function withBefore(outcome: Outcome, before: string | null): Outcome {
  if (outcome.kind !== 'started' || before === null) return outcome;
  return { ...outcome, before: outcome.before === undefined ? before : `${before}; ${outcome.before}` };
}

async function end(action: Action & { kind: 'end' }, run: Run, layout: Layout): Promise<Outcome> {
  const outcome = await endOfAttempt(run, layout, action.attempt);
  return { kind: outcome.kind, attempt: action.attempt, because: outcome.because };
}
