import type { Instant, Limit, Observation, Provenance, Source } from '../model/facts.ts';
import { isOver, type Run } from '../model/run.ts';
import { isLeftAlone } from '../run/owner.ts';
import { backoff } from '../values/backoff.ts';
import { elapsedMs } from '../values/duration.ts';
import { type AccountHold, type AttemptId, holdsOf, inWords, isDoubtful, isOfModel, nameOf } from './hold.ts';

/** After this many refused probes the stated reset is no longer believed. */
const BELIEVED_REFUSALS = 2;
/**
 * A hold known only from plain words of one attempt lasts no longer than this: a reset that is days
 * away is probed once before.
 */
const MOST_BY_WORDS_MS = 6 * 3_600_000;
/** The share of the minimum slack that jitter may add: two minutes become up to five. */
const SLACK_JITTER = 1.5;

/** The holds of an account, and what the journal should note. */
export interface Ledger {
  readonly holds: readonly AccountHold[];
  readonly notes: readonly string[];
}

/**
 * Folds what an observation of a run says about its account. `run` is the run after the
 * observation.
 */
export function evolveAccount(holds: readonly AccountHold[], run: Run, seen: Observation): Ledger {
  let ledger: Ledger = { holds, notes: [] };
  if ((seen.kind === 'log.read' || seen.kind === 'journal.read') && seen.attempt === run.attempt?.number)
    for (const signal of seen.signals) {
      if (signal.kind === 'limit') ledger = reported(ledger, run, signal, seen);
      if (signal.kind === 'auth') ledger = reported(ledger, run, { ...signal, kind: 'auth' }, seen);
      if (signal.kind === 'event' && signal.works) ledger = unsaid(ledger, run);
      // The model answered, so whatever refused this attempt is over.
      if (signal.kind === 'tool' || (signal.kind === 'turn' && signal.well)) ledger = released(ledger, run, 'the agent works again');
    }
  if (seen.kind === 'agent.claimed' && seen.genuine && seen.attempt === run.attempt?.number)
    ledger = released(ledger, run, 'the agent works again');
  if (seen.kind === 'credentials.seen') ledger = credentials(ledger, run, seen);
  return probed(ledger, run);
}

/** The attempt just decided probes the holds: other runs of its account wait for its result. */
export const withProbe = (holds: readonly AccountHold[], run: Run, attempt: number): readonly AccountHold[] =>
  replaced(holds, holdsOf(run, holds), (hold) => ({ ...hold, probe: { run: run.id, attempt } }));

/**
 * What the end of a run means for the runs that waited for its probe: a complete run has worked, a
 * stopped one proves nothing.
 */
export function withoutRun(holds: readonly AccountHold[], run: Run): readonly AccountHold[] {
  if (run.state === 'complete') return replaced(holds, testedBy(run, holds), () => null);
  const waiting = holds.filter(({ probe }) => probe?.run === run.id);
  return replaced(holds, waiting, (hold) => ({ ...hold, probe: null }));
}

/** The holds that a person must know about and was not notified of yet. */
export const unnotified = (run: Run, holds: readonly AccountHold[]): readonly AccountHold[] =>
  holdsOf(run, holds).filter(({ kind, isCap, told }) => (kind === 'auth' || isCap) && !told);

export const asNotified = (holds: readonly AccountHold[], notified: readonly AccountHold[]): readonly AccountHold[] =>
  replaced(holds, notified, (hold) => ({ ...hold, told: true }));

const replaced = (
  holds: readonly AccountHold[],
  which: readonly AccountHold[],
  by: (hold: AccountHold) => AccountHold | null,
): readonly AccountHold[] => (which.length === 0 ? holds : holds.flatMap((hold) => (which.includes(hold) ? (by(hold) ?? []) : hold)));

type Refusal = Limit | { readonly kind: 'auth'; readonly text: string; readonly source?: Source };

/** A run of the account was refused. */
export function reported({ holds, notes }: Ledger, run: Run, refusal: Refusal, seen: Observation): Ledger {
  const fresh = heldBy(run, refusal, seen);
  const isSame = (hold: AccountHold) => hold.kind === fresh.kind && hold.limit === fresh.limit && hold.model?.name === fresh.model?.name;
  const before = holds.find((hold) => isOfModel(hold, run) && isSame(hold));
  if (before === undefined) return { holds: [...holds, fresh], notes: [...notes, inWords(fresh)] };
  const wasProbe = isOf(before.probe, run);
  const isAgain = wasProbe || (before.untilWall !== null && before.untilWall <= seen.at.wall);
  // Another attempt met what only plain words reported before.
  const isMet = isDoubtful(before) && !isOf(before.reporter, run);
  // Attempts still alive are refused too. That adds nothing, unless they report it with more
  // certainty.
  if (!isAgain && !isMet && rank(fresh) <= rank(before)) return { holds, notes };
  // Someone changed the credentials and must know that it did not help.
  const hasChanged = before.kind === 'auth' && before.untilWall !== null;
  const refusals = before.refusals + (isAgain ? 1 : 0);
  const isCertain = isMet || !isDoubtful(before);
  const next = {
    ...heldBy(run, refusal, seen, refusals, isCertain),
    since: before.since,
    told: before.told && !hasChanged,
    credentials: before.credentials,
  };
  const after = { ...next, probe: wasProbe ? null : before.probe };
  return { holds: replaced(holds, [before], () => after), notes: [...notes, inWords(after)] };
}

/** Drops what this attempt said in plain words before its events showed that it goes on. */
function unsaid({ holds, notes }: Ledger, run: Run): Ledger {
  const over = holds.filter(({ source, reporter }) => source === 'words' && isOf(reporter, run));
  const note = (hold: AccountHold) =>
    `${nameOf(hold)} of ${hold.account} was reported in plain words only, and the agent goes on: nothing is held`;
  return { holds: replaced(holds, over, () => null), notes: [...notes, ...over.map(note)] };
}

const rank = (hold: AccountHold): number =>
  (isDoubtful(hold) ? 0 : 4) + (hold.provenance === null ? 0 : { assumed: 1, prose: 2, structured: 3 }[hold.provenance]);

function heldBy(run: Run, refusal: Refusal, { at, jitter }: Observation, refusals = 0, isMet = false): AccountHold {
  const known = refusal.source !== 'words' ? {} : { source: 'words' as const, ...(isMet ? { met: true } : {}) };
  const refused = { account: run.spec.account, text: refusal.text, since: at, refusals, ...known };
  const base = { ...refused, probe: null, told: false, credentials: null };
  const reporter = { run: run.id, attempt: run.attempt?.number ?? 0 };
  const none = { resetsAtWall: null, provenance: null, untilWall: null };
  if (refusal.kind === 'auth') return { ...base, ...none, reporter, kind: 'auth', limit: '', model: null, isCap: false };
  const { name, ofModel, isCap, resetsAtWall, provenance } = refusal;
  const model = ofModel ? { name: run.spec.model } : null;
  const isDoubted = refusal.source === 'words' && !isMet;
  const untilWall = endOf(refusal, refusals, run, at.wall, jitter, isDoubted ? MOST_BY_WORDS_MS : Number.POSITIVE_INFINITY);
  return { ...base, reporter, kind: 'limit', limit: name, model, isCap, resetsAtWall, provenance, untilWall };
}

const MINUTE_MS = 60_000;

/**
 * Plain words leave out the seconds: a limit that resets at 2:53:18 "resets at 2:53 AM" (codex
 * 0.171.0), so it is over at the end of that minute.
 */
const isCutToMinute = (resetsAtWall: number, provenance: Provenance | null): boolean =>
  provenance !== null && provenance !== 'structured' && resetsAtWall % MINUTE_MS === 0;

/**
 * The stated reset plus some slack, or, without a believable reset, a probe at growing intervals.
 */
function endOf({ resetsAtWall, provenance }: Limit, refusals: number, { spec }: Run, now: number, jitter: number, mostMs: number): number {
  const { limitSlackMs, limitCeilingMs, probeMinMs, probeMaxMs } = spec.policy;
  const isBelieved = resetsAtWall !== null && resetsAtWall <= now + Math.min(limitCeilingMs, mostMs) && refusals < BELIEVED_REFUSALS;
  if (isBelieved) {
    const least = isCutToMinute(resetsAtWall, provenance) ? MINUTE_MS : 0;
    return Math.round(Math.max(resetsAtWall + least, Math.max(resetsAtWall, now) + limitSlackMs * (1 + SLACK_JITTER * jitter)));
  }
  return Math.round(now + backoff(probeMinMs, probeMaxMs, refusals) * (1 + 0.2 * jitter));
}

/** The holds that this run's current attempt can prove to be over. */
const testedBy = (run: Run, holds: readonly AccountHold[]): readonly AccountHold[] =>
  holds.filter((hold) => isOf(hold.probe, run) || isOf(hold.reporter, run));

const isOf = (id: AttemptId | null, { id: run, attempt }: Run): boolean => id !== null && id.run === run && id.attempt === attempt?.number;

function released({ holds, notes }: Ledger, run: Run, because: string): Ledger {
  const over = testedBy(run, holds);
  const what = ({ kind, limit, account }: AccountHold) =>
    kind === 'auth' ? `the credentials of ${account} are accepted` : `the ${limit} limit of ${account} is over`;
  return { holds: replaced(holds, over, () => null), notes: [...notes, ...over.map((hold) => `${what(hold)}: ${because}`)] };
}

/** The result of the probing attempt, where its log does not report it. */
function probed(ledger: Ledger, run: Run): Ledger {
  const { attempt, pending, spec } = run;
  const mine = ledger.holds.filter(({ probe }) => probe?.run === run.id);
  if (mine.length === 0) return ledger;
  const isStarting = (hold: AccountHold): boolean => pending?.kind === 'resume' && pending.attempt === hold.probe?.attempt;
  // An attempt that first needs a person may never give a result.
  const isLiving = (hold: AccountHold): boolean => isOf(hold.probe, run) && attempt?.alive === true && !isOver(run) && !isLeftAlone(run);
  const undecided = mine.filter((hold) => !isStarting(hold) && !isLiving(hold));
  const wasRefused = attempt?.trouble != null;
  // An agent that reports no turns proves it by working for a while, or by an end that is not a
  // failure.
  const hasWorked =
    attempt !== null && attempt.lastActivity !== null && elapsedMs(attempt.startedAt, attempt.lastActivity) > spec.policy.promptAfterMs;
  const endedWell = attempt !== null && !attempt.alive && attempt.exit?.code === 0 && attempt.bytes > 0;
  if (mine.some((hold) => isOf(hold.probe, run)) && !wasRefused && (hasWorked || endedWell))
    return released(ledger, run, 'it is no longer refused');
  return { ...ledger, holds: replaced(ledger.holds, undecided, (hold) => ({ ...hold, probe: null })) };
}

/** Credentials that were refused and have changed are tried again, by a single attempt first. */
export function credentials({ holds, notes }: Ledger, run: Run, { at, fingerprint }: { at: Instant; fingerprint: string }): Ledger {
  const refused = holdsOf(run, holds).filter(({ kind, credentials: known }) => kind === 'auth' && known !== fingerprint);
  if (refused.length === 0) return { holds, notes };
  const isNew = refused.some(({ credentials: known }) => known !== null);
  const after = replaced(holds, refused, (hold) => ({
    ...hold,
    credentials: fingerprint,
    untilWall: hold.credentials === null ? hold.untilWall : at.wall,
  }));
  return { holds: after, notes: isNew ? [...notes, `the credentials of ${run.spec.account} changed: one run tries them`] : notes };
}
