import type { RunDecision } from '../../../src/core/decision.ts';
import { isOver } from '../../../src/core/model/run.ts';
import type { Asking, Got } from '../world/asking.ts';
import type { Machine } from '../world/machine.ts';
import { type BrokenRule, rule, type Seen } from './invariants.ts';

/** An open question as it was decided about: who asked it last, and when it was asked (monotonic). */
interface Question {
  readonly text: string;
  readonly attempt: number;
  readonly mono: number;
}
export type Asked = Readonly<Record<number, Question>>;

/** Its own clock, and the time that a watchdog needs to look. */
const LATE_MS = 5000;

/**
 * 18: the same question is asked once while it is open, and a person is notified of each; it is
 * answered once, and not after its time; and an attempt that waits is left alone.
 */
export function asksRight(seen: Seen, decision: RunDecision, machine: Machine): BrokenRule | null {
  const { run, observation, reply, actions } = decision;
  const plan = machine.planOf(run.id).asks;
  if (plan === undefined) return null;
  const { mono } = observation.at;
  // After a reboot the clock starts anew.
  const isAnew = observation.kind === 'watchdog.started' && observation.rebooted;
  // A run that is over asks nothing, also if it is taken up again.
  const asked = isOver(run) ? {} : openIn(seen.asked ?? {}, (one) => (isAnew ? { ...one, mono } : one), mono - plan.graceMs);
  seen.asked = asked;
  if (observation.kind === 'agent.asked' && reply?.accepted === true) {
    const { attempt, ask } = observation;
    const { text } = ask;
    const number = run.asks?.last ?? 0;
    // What it gets at once is judged when it gets it.
    const isAnswered = run.asks?.all.find((one) => one.number === number)?.answer != null;
    if (number > (seen.run.asks?.last ?? 0) && !isAnswered) {
      // The same attempt may make the same call twice at once.
      if (Object.values(asked).some((one) => one.text === text && one.attempt !== attempt))
        return rule(18, `${text} is asked again while it is open`);
      seen.asked = { ...asked, [number]: { text, attempt, mono } };
      const isNotified = actions.some((action) => action.kind === 'escalate' && action.cause === `question ${number}`);
      if (!isNotified) return rule(18, `nobody is notified of question ${number}`);
    } else seen.asked = askedAgain(asked, text, attempt);
  }
  if (observation.kind === 'operator.requested' && observation.command.kind === 'answer' && reply?.accepted === true) {
    const { [observation.command.number ?? 0]: question, ...others } = asked;
    if (question === undefined) return rule(18, `question ${observation.command.number} is answered, and is not open`);
    seen.asked = others;
  }
  const end = actions.find(({ kind }) => kind === 'end');
  if (end?.kind !== 'end' || !/wedged|silent/.test(end.because)) return null;
  const waiting = machine
    .attempt(run.id, end.attempt)
    ?.asking.find((one) => one.isHeard && machine.clock.nowMs - one.sinceMs < plan.graceMs);
  return waiting === undefined ? null : rule(18, `attempt ${end.attempt} is ended while it waits for a person (${waiting.text})`);
}

/** The next attempt asks the same: it is one question. */
const askedAgain = (asked: Asked, text: string, attempt: number): Asked =>
  Object.fromEntries(Object.entries(asked).map(([number, one]) => [number, one.text === text ? { ...one, attempt } : one]));

/** Those that were asked after this moment. */
const openIn = (asked: Asked, anew: (one: Question) => Question, afterMono: number): Asked =>
  Object.fromEntries(
    Object.entries(asked)
      .map(([number, one]) => [number, anew(one)] as const)
      .filter(([, one]) => one.mono > afterMono),
  );

/** 18: what a process gets is what a person said to exactly this, once; or, after the grace time, no. */
export function gotOf(asking: Asking, { says, by, own }: Got, machine: Machine): BrokenRule | null {
  const { run, attempt, text, graceMs, sinceMs } = asking;
  const { person, disk, clock } = machine;
  const what = `${text} of attempt ${attempt} of ${run}`;
  const isAccepted = (request: string) => disk.replies.get(request)?.accepted === true;
  const theirs = person.typed.filter((one) => one.run === run && one.text === text && one.says === says && isAccepted(one.request));
  if (by === 'rule') return theirs.some(({ always }) => always) ? null : rule(18, `${what} is answered by a rule that nobody made for it`);
  if (by === 'operator') {
    const unused = theirs.find(({ isUsed }) => !isUsed);
    if (unused === undefined)
      return rule(
        18,
        theirs.length === 0 ? `${what} gets an answer that nobody gave to it` : `${what} gets an answer that was used before`,
      );
    unused.isUsed = true;
    return null;
  }
  if (says !== 'no') return rule(18, `${what} is allowed, and nobody answered`);
  const waitedMs = clock.nowMs - person.askedMs(asking);
  const isUndisturbed = machine.isWatched && machine.disturbedMs < person.askedMs(asking) && machine.disturbedMs < sinceMs;
  switch (own) {
    case 'over':
      return null;
    case 'refused': {
      const known = disk.runs.get(run);
      const isItsTurn = known !== undefined && !isOver(known) && known.attempt?.number === attempt;
      return isUndisturbed && isItsTurn ? rule(18, `${what} is refused`) : null;
    }
    case 'gave up':
      return isUndisturbed ? rule(18, `${what} was neither answered nor denied in time`) : null;
    case 'forgotten':
    case null: {
      if (waitedMs < graceMs - LATE_MS) return rule(18, `${what} is denied after ${waitedMs} ms`);
      const couldRead = isUndisturbed && machine.channelDownUntilMs < person.askedMs(asking);
      return couldRead && !person.hasRead(asking) ? rule(18, `${what} is denied, and nobody was notified of it`) : null;
    }
  }
}
