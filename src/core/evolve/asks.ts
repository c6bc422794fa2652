import { type Answer, type Ask, type Asks, MAX_OPEN, NO_ASKS, openAsks, withAsk, withRule } from '../asks/ask.ts';
import { answerInWords, askInWords, unansweredInWords } from '../asks/words.ts';
import type { Action, Command, Instant, Observation } from '../model/facts.ts';
import { isOver, type Run } from '../model/run.ts';
import { refuse, type Update } from '../run/update.ts';
import { elapsedMs, inWords } from '../values/duration.ts';

/** An answer that no attempt has taken is kept this long for the next one that asks the same. */
const ANSWER_KEPT_MS = 86_400_000;

/** The agent asks a person. What was asked before by an attempt that died is not asked again. */
export function personAsked(run: Run, seen: Observation & { kind: 'agent.asked' }): Update {
  const asks = run.asks ?? NO_ASKS;
  const { request, attempt, ask: asking, at } = seen;
  const base: Ask = { ...asking, number: asks.last + 1, attempt, request, at, answer: null, taken: false };
  const problem = whyNotAsked(run, seen);
  if (problem !== null) return { ...refuse(run, problem), note: `${askInWords(base)}: refused, ${problem}` };
  const rule = asks.rules.find(({ key }) => key === asking.key);
  if (rule !== undefined) {
    const answer: Answer = { says: rule.says, text: rule.words, by: 'rule', at };
    return noted(run, withAsk(asks, { ...base, answer, taken: true }), `${askInWords(base)}: ${answerInWords(answer)}`);
  }
  const before = asks.all.find((one) => one.key === asking.key && !one.taken && one.attempt !== attempt);
  if (before !== undefined) {
    const again = { ...before, attempt, request, taken: before.answer !== null };
    const how = before.answer === null ? 'is still open' : `was answered before: ${answerInWords(before.answer)}`;
    return noted(run, withAsk(asks, again), `attempt ${attempt} asks the same again; ${askInWords(before)} ${how}`);
  }
  if (openAsks(run).length >= MAX_OPEN) return refuse(run, `${MAX_OPEN} questions are open already`);
  const because = `the agent asks a person, ${askInWords(base)}; unless someone answers within ${inWords(run.spec.policy.permissionGraceMs)} it is denied`;
  const notice = { cause: `question ${base.number}`, because } as const;
  return { ...noted(run, withAsk(asks, base), `the agent asks a person, ${askInWords(base)}`), notice };
}

function whyNotAsked(run: Run, { genuine, attempt }: Observation & { kind: 'agent.asked' }): string | null {
  const isBeingStarted = run.pending?.kind === 'resume' && run.pending.attempt === attempt;
  if (!genuine || (run.attempt?.number !== attempt && !isBeingStarted)) return 'it does not come from the living attempt of this run';
  if (isOver(run)) return `the run is ${run.state}`;
  return run.spec.policy.asks === true ? null : 'DOGWATCH_ASK=0: nobody is asked';
}

/** The process that waits takes the answer, which is thereby used. */
export function answerTaken(run: Run, { genuine, ask: request }: Observation & { kind: 'answer.taken' }): Update {
  const ask = run.asks?.all.find((one) => one.request === request);
  if (!genuine || ask === undefined || run.asks === undefined) return refuse(run, 'the question is not open any more');
  if (ask.answer === null) return refuse(run, 'the question has not been answered');
  if (ask.taken) return refuse(run, 'its answer was used before');
  return noted(run, withAsk(run.asks, { ...ask, taken: true }), `the agent has got the answer to question ${ask.number}`);
}

/** The operator answers. Without a question nothing happens. */
export function askAnswered(
  run: Run,
  command: Command & { kind: 'answer' },
  { at, inside }: Observation & { kind: 'operator.requested' },
): Update {
  if (inside !== undefined) return refuse(run, 'a process of a run cannot answer questions: only a person can');
  if (isOver(run)) return refuse(run, `it is ${run.state}`);
  const asks = run.asks ?? NO_ASKS;
  const found = meant(run, asks, command.number);
  if (typeof found === 'string') return refuse(run, found);
  const { permissionGraceMs } = run.spec.policy;
  // Nobody has looked since: it is denied with this observation.
  if (elapsedMs(found.at, at) >= permissionGraceMs)
    return refuse(run, `question ${found.number} is denied: ${lateInWords(permissionGraceMs)}`);
  const answer: Answer = { says: command.says, text: command.text, by: 'operator', at };
  const next = withAsk(asks, { ...found, answer });
  const { key, of, text } = found;
  const isHeard = isWaiting(run, found);
  const then = isHeard ? '' : '; the attempt that asked is gone, so the next one gets the answer';
  return noted(
    isHeard ? goesOn(run, at) : run,
    command.always ? withRule(next, { key, of, text, says: command.says, words: command.text, at }) : next,
    `${askInWords(found)}: answered ${answerInWords(answer)}${command.always ? ', always in this run' : ''}${then}`,
  );
}

/** The living attempt waits for the answer to this question. */
const isWaiting = ({ attempt }: Run, ask: Ask): boolean => attempt?.alive === true && attempt.number === ask.attempt;

/** Its attempt was silent because it waited: it has the usual time to go on from now. */
const goesOn = (run: Run, at: Instant): Run => (run.attempt === null ? run : { ...run, attempt: { ...run.attempt, lastActivity: at } });

const lateInWords = (graceMs: number): string => `nobody answered within ${inWords(graceMs)}`;

/** The question that an answer is for, or why there is none, in words. */
function meant(run: Run, asks: Asks, number: number | null): Ask | string {
  const open = openAsks(run);
  const [first, ...others] = open;
  const which = number === null ? (others.length > 0 ? undefined : first) : asks.all.find((one) => one.number === number);
  if (which?.answer === null) return which;
  if (number === null && open.length > 1)
    return `it asks ${open.length} questions (${open.map((ask) => askInWords(ask, 100)).join('; ')}); choose one with --question NUMBER`;
  const last = which ?? asks.all.at(-1);
  if (number !== null && which === undefined) return `there is no question ${number}${number <= asks.last ? ' any more' : ''}`;
  return last?.answer == null ? 'it asks nothing' : `question ${last.number} has been answered already: ${answerInWords(last.answer)}`;
}

/** Denies what nobody answered in time, and forgets answers that nobody took. */
export function withoutExpired(run: Run, at: Instant): { readonly run: Run; readonly note: string | null } {
  const { asks, spec } = run;
  if (asks === undefined || asks.all.every(({ taken }) => taken)) return { run, note: null };
  const notes: string[] = [];
  const all = asks.all.flatMap((ask): Ask[] => {
    if (ask.taken) return [ask];
    if (isOver(run)) return [];
    if (ask.answer !== null) {
      const keptMs = ask.answer.by === 'nobody' && !isWaiting(run, ask) ? 0 : ANSWER_KEPT_MS;
      return elapsedMs(ask.answer.at, at) < keptMs ? [ask] : [];
    }
    const { permissionGraceMs } = spec.policy;
    if (elapsedMs(ask.at, at) < permissionGraceMs) return [ask];
    notes.push(`${askInWords(ask)}: denied, ${lateInWords(permissionGraceMs)}`);
    return isWaiting(run, ask) ? [{ ...ask, answer: { says: 'no', text: unansweredInWords(permissionGraceMs), by: 'nobody', at } }] : [];
  });
  const isSame = all.length === asks.all.length && all.every((ask, index) => ask === asks.all[index]);
  if (isSame) return { run, note: null };
  const isDenied = all.some((ask) => ask.answer?.at === at);
  return { run: { ...(isDenied ? goesOn(run, at) : run), asks: { ...asks, all } }, note: notes.join('; ') || null };
}

/** Answers that the attempt that asked did not take, and that no prompt has said yet. */
export const unsaid = ({ asks, attempt }: Run): readonly Ask[] =>
  asks?.all.filter(
    // A prompt that said it may have been lost with an attempt that was never started.
    ({ answer, taken, prompted: by }) => answer !== null && !taken && (by === undefined || by > (attempt?.number ?? 0)),
  ) ?? [];

/** The run whose next prompt says all answers. A repeated first start has no prompt. */
export function prompted(run: Run, { attempt, mode }: Action & { kind: 'resume' }): Run {
  const said = mode === 'start' ? [] : unsaid(run);
  if (run.asks === undefined || said.length === 0) return run;
  const all = run.asks.all.map((ask) => (said.includes(ask) ? { ...ask, prompted: attempt } : ask));
  return { ...run, asks: { ...run.asks, all } };
}

/** A run that is over asks nothing: if it is resumed it asks anew, and a person is notified. */
export const withoutOpen = (run: Run): Run =>
  run.asks === undefined || !isOver(run) || run.asks.all.every(({ taken }) => taken)
    ? run
    : { ...run, asks: { ...run.asks, all: run.asks.all.filter(({ taken }) => taken) } };

/** After a reboot the monotonic clock starts anew: so does the time that a question waits. */
export const askedAnew = (run: Run, at: Instant): Run =>
  run.asks === undefined
    ? run
    : {
        ...run,
        asks: {
          ...run.asks,
          all: run.asks.all.map((ask) => ({ ...ask, at, answer: ask.answer === null ? null : { ...ask.answer, at } })),
        },
      };

const noted = (run: Run, asks: Asks, note: string): Update => ({ run: { ...run, asks }, note });
