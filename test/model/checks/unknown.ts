import type { RunDecision } from '../../../src/core/decision.ts';
import type { Observation } from '../../../src/core/model/facts.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { MINUTE, SECOND } from '../../kit/core/world.ts';
import type { Machine } from '../world/machine.ts';
import { isEndedForCap } from './caps.ts';
import { mayGoNowhere } from './circles.ts';
import { type BrokenRule, OBSERVATION_DELAY_MS, rule, type Seen } from './invariants.ts';
import { mayHaveToWait } from './parked.ts';

/** Nothing final follows from what is unknown. */
export function againstTheUnknown(seen: Seen, decision: RunDecision, machine: Machine): BrokenRule | null {
  return (
    endsTheUnseen(decision, machine) ??
    chargesTheUnseen(decision, machine) ??
    heldForNothingSaid(decision, machine) ??
    heldForNoFlood(seen, decision) ??
    leadsWithNoCause(decision, machine)
  );
}

/** How long a look at processes stays valid. */
const FRESH_MS = 90 * SECOND;

/** 12: an agent is not ended while nothing shows whether it works. */
function endsTheUnseen(decision: RunDecision, machine: Machine): BrokenRule | null {
  const { run, actions } = decision;
  if (isEndedForCap(decision)) return null;
  const end = actions.find(({ kind }) => kind === 'end');
  if (end?.kind !== 'end' || run.stopping !== null || run.state === 'complete' || run.proof !== null || run.flooded != null) return null;
  const processes = machine.attempt(run.id, end.attempt);
  if (processes === null || !processes.isAlive || mayGoNowhere(processes, machine) || mayHaveToWait(run, machine)) return null;
  const { nowMs } = machine.clock;
  const { hides, lostLog } = processes;
  if (hides !== null && nowMs > hides.sinceMs + FRESH_MS && nowMs < hides.untilMs)
    return rule(12, `attempt ${end.attempt} is ended, though its processes could not be inspected`);
  const isUnheard = lostLog !== null && !lostLog.isRead && nowMs > lostLog.sinceMs + OBSERVATION_DELAY_MS + MINUTE;
  return isUnheard ? rule(12, `attempt ${end.attempt} is ended, though its output could not be read`) : null;
}

/** 4: an agent that worked, by its own events, is not charged while its results cannot be seen. */
function chargesTheUnseen({ observation, run }: RunDecision, machine: Machine): BrokenRule | null {
  if (observation.kind !== 'evidence.gathered' || machine.seesEvidence(run.id)) return null;
  const { attempt, recovery } = run;
  if (attempt === null || attempt.alive || attempt.number !== observation.attempt || recovery?.phase === 'trial') return null;
  const isCharged = run.charged.includes(attempt.number) && attempt.tools > 0;
  return isCharged ? rule(4, `attempt ${attempt.number} worked, and is charged although its results cannot be seen`) : null;
}

/** 8: an account is held only for a limit or for credentials that one of its agents reported. */
function heldForNothingSaid({ run }: RunDecision, machine: Machine): BrokenRule | null {
  const held = run.holds.find(({ kind }) => (kind === 'limit' || kind === 'auth') && !machine.hasSaid(run.spec.account, kind));
  return held === undefined ? null : rule(8, `held (${held.kind}), though no agent reported that`);
}

/** 8: a log that is only too long holds no run. */
function heldForNoFlood({ run: before, isFlooder }: Seen, { run }: RunDecision): BrokenRule | null {
  const isNew = run.flooded != null && before.flooded == null;
  return isNew && !isFlooder ? rule(8, 'held for a log that has filled no disk') : null;
}

/** 12: a hand-off after unknown words quotes these words. */
function leadsWithNoCause({ run, actions, because }: RunDecision, machine: Machine): BrokenRule | null {
  const isHandedOff = actions.some((action) => action.kind === 'escalate' && ['budget', 'repeated'].includes(action.cause));
  if (!isHandedOff || run.attempt === null || run.refusal !== null || run.streak.startFailures > 0) return null;
  const words = lastRefusal(run, machine);
  return words === null || because.includes(words) ? null : rule(12, `handed off without a word of its last cause (${words})`);
}

/**
 * The unknown words with which the last attempt was refused at its end, or null if there are none.
 */
function lastRefusal({ id, attempt }: Run, machine: Machine): string | null {
  const lines = machine.attempt(id, attempt?.number ?? 0)?.lines ?? [];
  const texts = lines.flatMap(({ signals }) => signals.flatMap((signal) => ('text' in signal ? [signal] : [])));
  const [only] = texts;
  return texts.length === 1 && only?.kind === 'refused' && lines.at(-1)?.signals.includes(only) ? only.text : null;
}

/** 9: lines that were given back unread are reported as missing. */
export const missesAloud = ({ kind }: Observation, because: string, isMissing: boolean): BrokenRule | null =>
  kind === 'log.read' && isMissing && !because.includes('a gap in ') ? rule(9, 'lines are lost, which is not reported') : null;
