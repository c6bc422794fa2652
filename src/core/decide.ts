import { type AccountHold, inWords, nameOf } from './account/hold.ts';
import { asNotified, evolveAccount, type Ledger, unnotified, withoutRun, withProbe } from './account/ledger.ts';
import { type AccountWindow, reservedFrom, reserveName } from './account/window.ts';
import { evolveWindows, withNotified } from './account/windows.ts';
import { ALONE, type Surroundings } from './context.ts';
import type { RunDecision } from './decision.ts';
import { act, advance, ask, tell } from './enact.ts';
import { withoutExpired } from './evolve/asks.ts';
import { evolve } from './evolve/observation.ts';
import { isAbnormal, waiveCharge, withAbnormalDeath } from './host/outbreak.ts';
import { type Action, isAck, type Observation, requestOf } from './model/facts.ts';
import { insideInWords } from './model/inside.ts';
import type { Reply } from './model/reply.ts';
import { isOver, type Run } from './model/run.ts';
import { canEscalate, mayGo } from './model/states.ts';
import { evolveRecoveryAccount, recoveryAccount } from './recovery/account.ts';
import type { Verdict } from './rules/rule.ts';
import { judge } from './rules/table.ts';
import { reachedCap, uncounted, withCapMark } from './run/caps.ts';
import { eventsOf } from './run/events.ts';
import { isObserveOnly } from './run/liveness.ts';
import { newRun } from './run/new-run.ts';
import { entriesOf } from './run/spent.ts';
import type { Update } from './run/update.ts';
import { errorMessage } from './values/error-message.ts';
import { wakeOf } from './wake.ts';

/**
 * Decides what to do after an observation: folds it into the run, then lets the first matching row
 * of the decision table decide. Pure: the same run and observation give the same decision, with the
 * same ids. An error in here affects no other run: it becomes an escalation of this one. `run` is
 * null for an observation that registers it.
 */
export function decide(run: Run | null, seen: Observation, surroundings: Surroundings = ALONE): RunDecision {
  const decision = decided(run, seen, surroundings);
  return { ...decision, given: { run, around: surroundings }, spent: entriesOf(run, decision.run, seen) };
}

/** A decision, before what it depends on and what it costs are added. */
type Made = Omit<RunDecision, 'given' | 'spent'>;

function decided(run: Run | null, seen: Observation, surroundings: Surroundings): Made {
  try {
    if (seen.kind === 'run.registered') {
      // A repeated registration gets the same answer.
      return run === null
        ? concluded(
            null,
            { run: newRun(seen, surroundings.hostEnabled), note: seen.inside ? `registered ${insideInWords(seen.inside)}` : 'registered' },
            seen,
            surroundings,
          )
        : concluded(run, { run, note: null }, seen, surroundings);
    }
    if (run === null) throw new Error(`an observation (${seen.kind}) of an unknown run: ${seen.run}`);
    const { account, isShared, before } = theirAccount(run, seen, surroundings);
    const ledger = evolveRecoveryAccount(before, run, seen);
    const windows = isShared ? surroundings.windows : surroundings.recoveryWindows;
    const update = evolve(run, seen, { holds: ledger.holds, windows: windows ?? [] }, surroundings);
    if (isShared) return concluded(run, update, seen, surroundings, ledger);
    const decision = concluded(run, { ...update, note: noted([update.note, ...ledger.notes]) }, seen, surroundings);
    return account === null || ledger.holds === before ? decision : { ...decision, recoveryHolds: { account, holds: ledger.holds } };
  } catch (error) {
    if (run === null) throw error;
    return poisoned(run, seen, errorMessage(error));
  }
}

/** The ledger of its recovery agent's account, often the run's own. */
function theirAccount(run: Run, seen: Observation, { holds, recoveryHolds }: Surroundings) {
  const account = recoveryAccount(run, seen);
  const isShared = account === run.spec.account;
  return { account, isShared, before: isShared ? holds : recoveryHolds };
}

/** Once a cap turns out not to be kept, a person is notified, and the run goes on. */
function knownOfCost(run: Run, day: Surroundings['day']): { readonly run: Run; readonly notice: NonNullable<Update['notice']> | null } {
  if (run.caps?.isUnknown === true || run.spec.policy.stopsOnUnknownCost === true || reachedCap(run) !== null) return { run, notice: null };
  const because = uncounted(run, day);
  return because === null
    ? { run, notice: null }
    : { run: { ...run, caps: { ...run.caps, isUnknown: true } }, notice: { cause: 'unknown-cost', because } };
}

const noted = (notes: readonly (string | null)[]): string | null => notes.filter((note) => note !== null).join('; ') || null;

/** `shared` is what the recovery agent's outcome says about the run's own account. */
function concluded(
  before: Run | null,
  update: Update,
  seen: Observation,
  { holds: heldBefore, windows: windowsBefore = NO_WINDOWS, disk, common, recovers, day }: Surroundings,
  shared: Ledger = { holds: heldBefore, notes: [] },
): Made {
  const { run: current, note: expired } = withoutExpired(update.run, seen.at);
  const waived = waiveCharge(before !== null && isAbnormal(before, seen) ? withAbnormalDeath(current, seen) : current, common);
  const { run: known, notice } = knownOfCost(withCapMark(waived, before, day), day);
  const own = evolveAccount(shared.holds, known, seen);
  const ledger = { holds: own.holds, notes: [...shared.notes, ...own.notes] };
  const windows = evolveWindows(windowsBefore, known, seen);
  const verdict = judge(known, { at: seen.at, jitter: seen.jitter, holds: ledger.holds, windows, disk, common, recovers, day });
  if (before !== null && !mayGo(known.state, verdict.state)) throw new Error(`a run cannot go from ${known.state} to ${verdict.state}`);
  const isDead = known.attempt?.alive !== true && known.pending === null;
  const mayTell = isDead && !isOver(known) && known.paused === null && !isObserveOnly(known);
  const tellable = mayTell ? unnotified(known, ledger.holds) : [];
  const waitsFor = mayTell && isOfReserve(verdict) ? reservedFrom(known, windows, seen.at).filter(({ window }) => !window.notified) : [];
  const notable = [
    ...tellable.map((hold) => ({ cause: nameOf(hold), because: inWords(hold) })),
    ...waitsFor.map(({ window, hold }) => ({ cause: reserveName(window), because: hold.because })),
  ];
  const actions = [...act(known, verdict, seen), ...tell(known, verdict, { ...update, ...(notice !== null && { notice }) }, notable, seen)];
  const questions = ask(known, verdict);
  const run = advance(known, verdict, actions, questions, seen);
  const holds = heldAfter(ledger.holds, tellable, run, actions);
  const seenWindows = withNotified(
    windows,
    waitsFor.map(({ window }) => window),
  );
  const isPlanned = run.due !== null && run.due !== known.due;
  const isHeldAnew = run.holds.some(({ kind }) => kind !== 'backoff' && !known.holds.some((hold) => hold.kind === kind));
  const moved = before?.state !== run.state || actions.length > 0 || isPlanned || isHeldAnew;
  const ends = actions.flatMap((action) => (action.kind === 'end' || action.kind === 'end-recovery' ? [action.because] : []));
  const moral = (moved || requestOf(seen) !== null) && update.note?.includes(run.because) !== true ? run.because : null;
  const said = [update.note, expired, ...ledger.notes, moral, ...ends].filter((words) => words !== null && words !== '');
  return {
    kind: 'run',
    observation: seen,
    from: before?.state ?? null,
    run,
    because: [...new Set(said)].join('; ') || run.because,
    events: eventsOf(before, run, seen.at),
    material: moved || update.note !== null || current !== update.run || holds !== heldBefore || mustBeKept(seen),
    actions,
    questions: questions.map((kind) => ({ kind, run: run.id, attempt: run.attempt?.number ?? 0 })),
    reply: replyTo(seen, update, run),
    holds: holds === heldBefore ? null : holds,
    windows: seenWindows === windowsBefore ? null : seenWindows,
    recoveryHolds: null,
    wake: wakeOf(run, verdict),
  };
}

/** A shared empty value: nothing is known of them. */
const NO_WINDOWS: readonly AccountWindow[] = [];

const isOfReserve = ({ holds = [], wish }: Verdict): boolean => wish === undefined && holds.some(({ kind }) => kind === 'reserve');

/**
 * The holds of the account after this decision: reported holds are marked as notified, and a run
 * resumed while one is in force becomes its probe.
 */
function heldAfter(
  holds: readonly AccountHold[],
  notified: readonly AccountHold[],
  run: Run,
  actions: readonly Action[],
): readonly AccountHold[] {
  const next = asNotified(holds, notified);
  const resume = actions.find(({ kind }) => kind === 'resume');
  if (isOver(run)) return withoutRun(next, run);
  return resume?.kind === 'resume' ? withProbe(next, run, resume.attempt) : next;
}

function replyTo(seen: Observation, update: Update, run: Run): Reply | null {
  const request = requestOf(seen);
  if (request === null) return null;
  if (update.refused !== undefined) return { request, accepted: false, message: update.refused };
  if (update.needless !== undefined) return { request, accepted: true, message: update.needless };
  if (seen.kind === 'run.registered') return { request, accepted: true, message: run.id };
  return { request, accepted: true, message: isAck(seen) && update.note !== null ? update.note : answer(update, run) };
}

/** How a request was followed and, if the run waits, what for. */
function answer({ note }: Update, { state, because }: Run): string {
  if (note === null) return because;
  return state === 'waiting' && !note.includes(because) ? `${note}; ${because}` : note;
}

/** One strange observation must not affect other runs: its run is escalated, once. */
function poisoned(run: Run, seen: Observation, error: string): Made {
  const because = `dogwatch could not make sense of ${seen.kind}: ${error}`;
  const settled = seen.kind === 'action.settled' && run.pending?.id === seen.action ? { ...run, pending: null } : run;
  const request = requestOf(seen);
  const reply = request === null ? null : { request, accepted: false, message: because };
  const base = {
    kind: 'run' as const,
    observation: seen,
    from: run.state,
    because,
    events: [],
    material: true,
    questions: [],
    reply,
    holds: null,
    windows: null,
    recoveryHolds: null,
    wake: null,
  };
  if (!canEscalate(run.state)) return { ...base, run: settled, material: reply !== null || settled !== run, actions: [] };
  const actions: Action[] = [{ kind: 'escalate', id: `${run.id}/${seen.seq}`, run: run.id, to: 'operator', cause: 'poison', because }];
  return { ...base, run: { ...settled, state: 'escalated', because, since: seen.at, due: null }, actions };
}

/** Someone waits for the answer, or an action is settled by it. */
const mustBeKept = (seen: Observation): boolean => requestOf(seen) !== null || seen.kind === 'action.settled';
