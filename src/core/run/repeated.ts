import type { Attempt, Run } from '../model/run.ts';
import type { Repeated } from '../model/streak.ts';
import { elapsedMs } from '../values/duration.ts';
import { type Exit, exitInWords } from '../values/exit.ts';
import { fingerprint } from '../values/fingerprint.ts';

/**
 * Failures in a row of the same kind, with nothing done in between, before the run is handed off.
 */
export const MAX_REPEATED = 3;

/** Refusals in a row of one session before it counts as poisoned. */
export const MAX_REFUSALS = 2;

/** Exit statuses by which a shell reports that the command cannot be run, or is not found. */
export const isUnrunnable = (status: number | null | undefined): boolean => status === 126 || status === 127;

/**
 * An attempt that was ended from outside says nothing about its work: TERM, KILL, INT and HUP, also
 * as a shell reports them.
 */
const OUTSIDE = ['SIGTERM', 'SIGKILL', 'SIGINT', 'SIGHUP'];
const isFromOutside = ({ code, signal, outOfMemory }: Exit): boolean =>
  !outOfMemory && ((signal !== null && OUTSIDE.includes(signal)) || (code !== null && [129, 130, 137, 143].includes(code)));

/** These pass by themselves, or have a hold of their own. */
const PASSES: readonly string[] = ['transient', 'limit', 'auth', 'no-space'];

const USAGE =
  /\b(?:unknown|unrecogni[sz]ed|unexpected|invalid|illegal|no such) (?:command[ -]line )?(?:option|argument|flag|command|subcommand|switch)|\bunknown arguments?\b|\bcannot (?:be used|resume)\b.*--|--\S+.*\bcannot (?:be used|resume)\b|^usage:|command not found|: not found$|no such file or directory/i;

/** Starts fail because something is missing, until somebody provides it. */
const GONE = /\bis gone\b|does not exist|not found|not executable|command is empty|ENOENT|EACCES|ENOTDIR|permission denied/i;

/** A refusal of the session's content: it recurs however often it is sent. */
const OF_THE_SESSION = /\b(?:error|status|code|http)\W{0,4}(?:4(?:00|13|22))\b|\binvalid_request_error\b|^4(?:00|13|22)\b/i;

/**
 * True if an attempt did something: a turn that ended well, a tool call, or activity for as long as
 * that takes.
 */
export function hasWorked(attempt: Attempt, promptAfterMs: number): boolean {
  if (attempt.tools > 0 || (attempt.turns > 0 && attempt.lastTurn === 'well')) return true;
  return attempt.lastActivity !== null && elapsedMs(attempt.startedAt, attempt.lastActivity) > promptAfterMs;
}

/** Shorter activity earns no credit, however prompt the operator wants the next attempt. */
const LEAST_ACTIVE_MS = 60_000;

/**
 * The same without other evidence: a moment of activity is not enough, because every failure has
 * one.
 */
export const hasVisiblyWorked = (attempt: Attempt, promptAfterMs: number): boolean =>
  hasWorked(attempt, Math.max(promptAfterMs, LEAST_ACTIVE_MS));

/** True if an attempt is known to have ended in a failure. An unobserved end is not one. */
export const endedBadly = ({ exit, trouble, lastTurn }: Attempt): boolean =>
  (exit !== null && exit.code !== 0) || (trouble !== null && trouble.kind !== 'permission') || lastTurn === 'badly';

export const endedWell = (attempt: Attempt): boolean => attempt.exit?.code === 0 && !endedBadly(attempt);

/**
 * The last words of an attempt: its refusal, or otherwise the last line of its log, or null if it
 * had none.
 */
export const lastWordsOf = ({ trouble, lastLine }: Attempt): string | null => trouble?.text ?? lastLine ?? null;

/** The failures in a row after one more attempt is dead. */
export function repeatedAfter(run: Run, attempt: Attempt): Repeated | null {
  const { exit, trouble, endingBecause, number } = attempt;
  if (exit === null || endingBecause !== null || !endedBadly(attempt)) return null;
  if (hasVisiblyWorked(attempt, run.spec.policy.promptAfterMs) || (run.milestone?.attempt ?? 0) >= number) return null;
  if (isFromOutside(exit) || (trouble !== null && PASSES.includes(trouble.kind))) return null;
  const words = lastWordsOf(attempt);
  const said = words === null ? 'without a word' : `saying ${JSON.stringify(words)}`;
  const isLasting = isUnrunnable(exit.code) || (words !== null && USAGE.test(words));
  return onceMore(run, `${exit.code}/${exit.signal}/${words ?? ''}`, `ended ${exitInWords(exit)}, ${said}`, isLasting);
}

/** The failures in a row after a start that failed. */
export const repeatedStart = (run: Run, because: string): Repeated =>
  onceMore(run, `start/${because}`, `could not be started: ${because}`, GONE.test(because));

function onceMore({ streak: { repeated } }: Run, what: string, words: string, isLasting: boolean): Repeated {
  const signature = fingerprint(withoutNumbers(what));
  return { signature, count: repeated?.signature === signature ? repeated.count + 1 : 1, words, isLasting };
}

/**
 * Removes what differs each time: ids, times and numbers. Exit statuses and the like stay distinct
 * through the words around them.
 */
function withoutNumbers(text: string): string {
  const [status = '', ...rest] = text.split('/');
  const words = rest
    .join('/')
    .toLowerCase()
    .replaceAll(/\b(?=[0-9a-z_-]*\d)[0-9a-z]+(?:[_-][0-9a-z]+)*\b/g, '#')
    .replaceAll(/#(?:[\s.:,/+-]*#)+/g, '#')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return `${status}/${words}`;
}

/**
 * How often in a row the provider has refused the session for its content, after one more attempt
 * is dead.
 */
export function refusalsAfter({ streak: { refusals } }: Run, attempt: Attempt): number {
  if (attempt.mode === 'start' || attempt.tools > 0 || attempt.lastTurn === 'well') return 0;
  const { trouble } = attempt;
  if (trouble === null || trouble.kind === 'context' || PASSES.includes(trouble.kind)) return refusals;
  return OF_THE_SESSION.test(trouble.text) ? refusals + 1 : 0;
}
