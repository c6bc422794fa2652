import { asHold, inWords as holdInWords, waitsFor } from '../account/hold.ts';
import type { DiskView } from '../host/disk-view.ts';
import { heldByCommon } from '../host/outbreak.ts';
import type { Instant } from '../model/facts.ts';
import type { Attempt, Run } from '../model/run.ts';
import { dueAfterDeath, spent } from '../run/budget.ts';
import { lastCause } from '../run/last-cause.ts';
import { nextPrompt } from '../spend/next-prompt.ts';
import { inWords } from '../values/duration.ts';
import { exitInWords } from '../values/exit.ts';
import { tokensInWords } from '../values/money.ts';
import { afterHold } from './after-hold.ts';
import { permissionAsked } from './alive.ts';
import { capped, costUnknown, daySpent, spentUp } from './caps.ts';
import { filled, flooded } from './disk-fill.ts';
import { advice, wentNowhere } from './nowhere.ts';
import { handedOff, onTrial } from './recovery.ts';
import { poisoned, sameFailure, unmendable } from './repeated.ts';
import { type Moment, NEVER, type Rule, toOperator, type Verdict, type Wish } from './rule.ts';
import { withheld } from './withheld.ts';

/** A command that never once started is given up after this many tries. */
const MAX_START_FAILURES = 3;

/** The rules for a run without a living process, in order. */
export const deadRules: readonly Rule[] = [
  orphans,
  flooded,
  filled,
  neverStarted,
  onlyTheCheckKnows,
  capped,
  spentUp,
  costUnknown,
  wentNowhere,
  daySpent,
  withheld,
  sessionUnknown,
  accountHeld,
  diskFull,
  commonCause,
  disksUnlooked,
  onTrial,
  unmendable,
  sameFailure,
  budgetSpent,
  resumeWhenDue,
];

function orphans({ attempt }: Run): Verdict | null {
  if (attempt?.survivors !== 'tools') return null;
  const because = `tools of attempt ${attempt.number} outlived it and are ended before the next one starts`;
  return { state: 'waiting', because, wish: { kind: 'end', because }, wakeAtMono: NEVER };
}

function neverStarted(run: Run): Verdict | null {
  if (run.attempt !== null || run.streak.startFailures < MAX_START_FAILURES) return null;
  return {
    state: 'failed',
    because: `the command could not be started ${run.streak.startFailures} times; ${run.due?.because ?? run.because}`,
    ...toOperator('failed'),
  };
}

/** The only sign of done is the check: it runs after each death, except of a killed attempt. */
function onlyTheCheckKnows({ spec, attempt, asked, answered }: Run): Verdict | null {
  const { check, file, logPattern, exit } = spec.done;
  if (check === null || file !== null || logPattern !== null || exit || attempt === null || answered.check >= attempt.number) return null;
  if (attempt.exit?.signal != null || attempt.lastActivity === null) return null;
  const questions = asked.check === null ? (['check'] as const) : [];
  return { state: 'waiting', because: 'the check is run to see whether the job is done', questions, wakeAtMono: NEVER };
}

function sessionUnknown({ spec, session, attempt, asked, answered }: Run): Verdict | null {
  if (!spec.sessions || session !== null || attempt === null || answered.session >= attempt.number) return null;
  return {
    state: 'waiting',
    because: 'looking for the session that is to be resumed',
    questions: asked.session === null ? ['session'] : [],
    wakeAtMono: NEVER,
  };
}

/** While its account is held, no run is resumed except the one that probes the hold. */
function accountHeld(run: Run, { at, holds }: Moment): Verdict | null {
  const hold = waitsFor(run, holds, at);
  if (hold === null) return null;
  const base = { holds: [asHold(hold)], patch: { due: null }, wakeAtMono: NEVER };
  if (hold.untilWall === null) return { ...base, state: 'held', because: holdInWords(hold) };
  if (hold.untilWall <= at.wall)
    return { ...base, state: 'waiting', because: `the run ${hold.probe?.run} goes first: ${holdInWords(hold)}` };
  // Resets are wall-clock dates.
  return { ...base, state: 'waiting', because: holdInWords(hold), wakeAtMono: at.mono + (hold.untilWall - at.wall) };
}

/** Nothing starts on a full disk, and failures before it was known to be full are not charged. */
function diskFull(run: Run, { disk }: Moment): Verdict | null {
  if (disk.hold === null) return null;
  const charged = run.charged.filter((number) => number !== run.tried);
  const patch = {
    due: null,
    excuse: run.excuse ?? ('disk' as const),
    streak: { ...run.streak, startFailures: 0, repeated: null },
    charged,
  };
  return { state: 'waiting', because: disk.hold.because, holds: [disk.hold], patch, wakeAtMono: NEVER };
}

/** What killed it kills other runs too, or is about a disk: it waits for the end, uncharged. */
function commonCause(run: Run, { at, common, disk }: Moment): Verdict | null {
  const held = heldByCommon(run, common, disk.isPressed, at);
  if (held === null) return null;
  const { hold, untilMono: wakeAtMono } = held;
  const patch = { due: null, excuse: run.excuse ?? ('common-cause' as const) };
  return { state: 'waiting', because: hold.because, holds: [hold], patch, wakeAtMono };
}

/** How long it waits for a disk measurement newer than the agent's report. */
const LOOK_AT_DISKS_MS = 5000;

/**
 * The agent reported a full disk, so the disks are measured before it is resumed. Returns until
 * when it waits for that (ms, monotonic), or null if it does not.
 */
function waitsForDisks({ attempt, excuse }: Run, disk: DiskView, at: Instant): number | null {
  if (attempt?.trouble?.kind !== 'no-space' || excuse === 'operator') return null;
  const said = attempt.trouble.at.mono;
  const isLooked = disk.takenMono !== null && disk.takenMono > said;
  return isLooked || at.mono >= said + LOOK_AT_DISKS_MS ? null : said + LOOK_AT_DISKS_MS;
}

function disksUnlooked(run: Run, { at, disk }: Moment): Verdict | null {
  const wakeAtMono = waitsForDisks(run, disk, at);
  if (wakeAtMono === null) return null;
  return {
    state: 'waiting',
    because: `the agent can't write (${run.attempt?.trouble?.text}); the disks are being measured`,
    patch: { due: null },
    wakeAtMono,
    awaitsDisks: true,
  };
}

function budgetSpent(run: Run, moment: Moment): Verdict | null {
  // What the operator requests is tried at least once, and so is a recovery.
  if (run.excuse === 'operator' || run.recovery?.phase === 'trial') return null;
  const why = spent(run) ?? beyondResuming(run);
  if (why === null || run.attempt === null) return null;
  const cause = lastCause(run) ?? unseenProgress(run);
  if (run.answered.evidence < run.attempt.number)
    return { state: 'waiting', because: `${why}; looking whether the last attempt made a milestone`, wakeAtMono: NEVER };
  return {
    ...handedOff(run, moment),
    because: cause === null ? why : `${cause}; ${why}`,
    wish: { kind: 'escalate', to: 'supervisor', cause: 'budget' },
  };
}

/** Nothing has failed, and nothing could show progress. */
const unseenProgress = ({ noEvidence }: Run): string | null =>
  noEvidence == null ? null : `no evidence of progress is available (${noEvidence})`;

/** A fresh session was already tried, and the session cannot continue again. */
function beyondResuming(run: Run): string | null {
  const why = poisoned(run);
  return why !== null && run.streak.freshStarts > 0 ? `${why}, after a fresh session was tried` : null;
}

function resumeWhenDue(run: Run, moment: Moment): Verdict {
  const { at } = moment;
  const due = run.due ?? afterHold(run, moment) ?? dueAfterDeath(run, at, moment.jitter);
  if (due.at.mono <= at.mono) return resume(run, due.because, at);
  const because = `${due.because}; attempt ${run.tried + 1} starts in ${inWords(due.at.mono - at.mono)}`;
  // Said once, when it was planned: a tick that changes nothing does not repeat it.
  const known = run.due !== null && run.state === 'waiting';
  const hold = { kind: 'backoff' as const, untilWall: due.at.wall, because: due.because };
  return { state: 'waiting', because: known ? run.because : because, holds: [hold], patch: { due }, wakeAtMono: due.at.mono };
}

function resume(run: Run, because: string, at: Instant): Verdict {
  const number = run.tried + 1;
  const large = tooLarge(run, at);
  const mode = large === null ? modeOf(run) : 'fresh';
  const charge = run.attempt !== null && run.excuse === null;
  const reason = mode === 'fresh' ? `${poisoned(run) ?? large ?? because}: a fresh session` : because;
  const patch = {
    tried: number,
    due: null,
    resumes: run.attempt === null ? run.resumes : run.resumes + 1,
    charged: charge ? [...run.charged, number] : run.charged,
    ...(large !== null && { caps: { ...run.caps, isTooLarge: true } }),
  };
  const wish: Wish = { kind: 'resume', mode, reason: run.attempt === null ? 'the first start' : `${endedHow(run.attempt)}${advice(run)}` };
  return { state: 'starting', because: reason, patch, wish, wakeAtMono: NEVER, ...noticeOf(run) };
}

/** What the operator must know: an impossible permission, or no space that no disk shows. */
function noticeOf({ attempt, streak: { noSpaces } }: Run): Pick<Verdict, 'notice'> {
  if (attempt?.trouble?.kind === 'no-space' && noSpaces >= 2)
    return {
      notice: { cause: 'no-space', because: `the agent can't write, and no disk is full or read-only: ${attempt.trouble.text} (a quota?)` },
    };
  return permissionAsked(attempt);
}

function modeOf(run: Run): Attempt['mode'] {
  if (run.attempt === null) return 'start';
  // Once a session was given up, its replacement must be informed of the earlier work.
  if (run.spec.sessions && run.session === null) return run.gaveUpSession ? 'fresh' : 'start';
  return poisoned(run) === null ? 'resume' : 'fresh';
}

/** Why the session costs too much to be continued, in words, or null if it does not. */
function tooLarge(run: Run, at: Instant): string | null {
  const { freshAboveTokens: most = 0 } = run.spec.policy;
  const prompt = run.attempt === null || modeOf(run) !== 'resume' ? null : nextPrompt(run, at.wall);
  if (most === 0 || prompt === null || !prompt.isCold || prompt.tokens <= most) return null;
  return `its context of ${tokensInWords(prompt.tokens)} tokens is no longer in the provider's cache (DOGWATCH_FRESH_ABOVE=${tokensInWords(most)})`;
}

/** How the last attempt ended, for the agent's next prompt. */
function endedHow({ endingBecause, exit, number, trouble }: Attempt): string {
  if (trouble?.kind === 'permission') return `it asked for a permission, and nobody could give it: it is denied (${trouble.text})`;
  if (endingBecause !== null) return `it was ended because ${endingBecause}`;
  if (exit === null) return `attempt ${number} vanished without an exit status`;
  return `attempt ${number} ended ${exitInWords(exit)}`;
}
