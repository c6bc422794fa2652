import type { Attempt, Run } from '../model/run.ts';
import type { Repeated } from '../model/streak.ts';
import { elapsedMs } from '../values/duration.ts';
import { type Exit, exitInWords } from '../values/exit.ts';
import { fingerprint } from '../values/fingerprint.ts';

/** Failures in a row of the same kind, with nothing done in between, before the run is handed off. */
export const MAX_REPEATED = 3;

/** Refusals in a row of one session before it counts as poisoned. */
export const MAX_REFUSALS = 2;

/** A shell tells these apart from what the command itself says: it can't be run, or is not found. */
export const isUnrunnable = (status: number | null | undefined): boolean => status === 126 || status === 127;

/** What ended from outside says nothing of what it did: TERM, KILL, INT and HUP, also as a shell reports them. */
const OUTSIDE = ['SIGTERM', 'SIGKILL', 'SIGINT', 'SIGHUP'];
const isFromOutside = ({ code, signal, outOfMemory }: Exit): boolean =>
  !outOfMemory && ((signal !== null && OUTSIDE.includes(signal)) || (code !== null && [129, 130, 137, 143].includes(code)));

/** These pass by themselves, or have a hold of their own. */
const PASSES: readonly string[] = ['transient', 'limit', 'auth', 'no-space'];

const USAGE =
  /\b(?:unknown|unrecogni[sz]ed|unexpected|invalid|illegal|no such) (?:command[ -]line )?(?:option|argument|flag|command|subcommand|switch)|\bunknown arguments?\b|\bcannot (?:be used|resume)\b.*--|--\S+.*\bcannot (?:be used|resume)\b|^usage:|command not found|: not found$|no such file or directory/i;

/** Starts fail for what is not there, until somebody puts it there. */
const GONE = /\bis gone\b|does not exist|not found|not executable|command is empty|ENOENT|EACCES|ENOTDIR|permission denied/i;

/** A refusal of what the session contains: the same again, however often it is sent. */
const OF_THE_SESSION = /\b(?:error|status|code|http)\W{0,4}(?:4(?:00|13|22))\b|\binvalid_request_error\b|^4(?:00|13|22)\b/i;

/** True where an attempt did something: a turn that ended well, or a tool; or it was active for as long as that takes. */
export function hasWorked(attempt: Attempt, promptAfterMs: number): boolean {
  if (attempt.tools > 0 || (attempt.turns > 0 && attempt.lastTurn === 'well')) return true;
  return attempt.lastActivity !== null && elapsedMs(attempt.startedAt, attempt.lastActivity) > promptAfterMs;
}

/** Activity for less than this earns no credit, however promptly the operator wants the next attempt. */
const LEAST_ACTIVE_MS = 60_000;

/** The same where there is no other evidence: a moment of activity is not enough, since every failure has one. */
export const hasVisiblyWorked = (attempt: Attempt, promptAfterMs: number): boolean =>
  hasWorked(attempt, Math.max(promptAfterMs, LEAST_ACTIVE_MS));

/** True where it is known that an attempt ended in a failure; one that nobody saw end is not. */
export const endedBadly = ({ exit, trouble, lastTurn }: Attempt): boolean =>
  (exit !== null && exit.code !== 0) || (trouble !== null && trouble.kind !== 'permission') || lastTurn === 'badly';

export const endedWell = (attempt: Attempt): boolean => attempt.exit?.code === 0 && !endedBadly(attempt);

/** The last words of an attempt: what it was refused with, or else the last line of its log; null: it had none. */
export const lastWordsOf = ({ trouble, lastLine }: Attempt): string | null => trouble?.text ?? lastLine ?? null;

/** What failures in a row have been, after one more attempt is dead. */
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

/** The same after a start that failed. */
export const repeatedStart = (run: Run, because: string): Repeated =>
  onceMore(run, `start/${because}`, `could not be started: ${because}`, GONE.test(because));

function onceMore({ streak: { repeated } }: Run, what: string, words: string, isLasting: boolean): Repeated {
  const signature = fingerprint(withoutNumbers(what));
  return { signature, count: repeated?.signature === signature ? repeated.count + 1 : 1, words, isLasting };
}

/** Without what differs each time: ids, times and numbers. An exit status and the like stay apart by the words around them. */
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

/** How often in a row the provider has refused the session for what is in it, after one more attempt is dead. */
export function refusalsAfter({ streak: { refusals } }: Run, attempt: Attempt): number {
  if (attempt.mode === 'start' || attempt.tools > 0 || attempt.lastTurn === 'well') return 0;
  const { trouble } = attempt;
  if (trouble === null || trouble.kind === 'context' || PASSES.includes(trouble.kind)) return refusals;
  return OF_THE_SESSION.test(trouble.text) ? refusals + 1 : 0;
}
