import { type Ask, openAsks } from '../core/asks/ask.ts';
import { type Attempt, isOver, type Run } from '../core/model/run.ts';
import { statusOf } from '../core/report/status.ts';
import { reportedTurn, turnOf } from '../core/report/turn.ts';
import { reachedCap } from '../core/run/caps.ts';
import { lastCause } from '../core/run/last-cause.ts';
import { lastWordsOf } from '../core/run/repeated.ts';
import type { AttemptView, Found, QuestionView, RunFacts } from './model.ts';
import { nextOf } from './next.ts';

/**
 * The facts of a run. `found`: what /proc says about its attempt if no watchdog is alive, else
 * null. `recovers`: an agent is configured that mends handed-off runs.
 */
export function factsOf(run: Run, found: Found | null, recovers: boolean): RunFacts {
  const { attempt, filled, flooded, spec } = run;
  const status = statusOf(run);
  const next = nextOf(run, recovers);
  const turn = turnOf(run, recovers);
  const questions = isOver(run) ? [] : openAsks(run).map((ask) => questionView(ask, run));
  const needsLogin = !isOver(run) && run.holds.some(({ kind }) => kind === 'auth');
  return {
    ...status,
    pid: found === 'gone' ? null : status.pid,
    found,
    since: new Date(run.since.wall).toISOString(),
    maxResumes: spec.policy.maxResumes,
    turn: reportedTurn(turn),
    next: found === 'gone' && !isOver(run) ? { what: 'the next watchdog to look decides', at: null, bound: 'at', by: next.by } : next,
    account: spec.account,
    model: spec.model,
    lastAttempt: attempt === null ? null : attemptView(attempt),
    lastCause: lastCause(run),
    lastWords: attempt === null ? null : lastWordsOf(attempt),
    tool: attempt?.tool == null ? null : { name: attempt.tool.name, since: new Date(attempt.tool.since.wall).toISOString() },
    // What an earlier attempt filled is history.
    filled: (filled?.attempt === attempt?.number ? filled?.because : null) ?? flooded ?? null,
    needsLogin,
    raisesCap: isOver(run) ? null : (reachedCap(run)?.option ?? null),
    questions,
    needsPerson: needsLogin || run.state === 'escalated' || (run.state === 'handed-off' && turn.who === 'operator' && run.paused === null),
  };
}

const questionView = ({ number, of, text, at, attempt: asker }: Ask, { attempt, spec }: Run): QuestionView => ({
  number,
  of,
  text,
  askedAt: new Date(at.wall).toISOString(),
  until: new Date(at.wall + spec.policy.permissionGraceMs).toISOString(),
  isHeard: attempt?.alive === true && attempt.number === asker,
});

const attemptView = (attempt: Attempt): AttemptView => ({
  number: attempt.number,
  mode: attempt.mode,
  startedAt: new Date(attempt.startedAt.wall).toISOString(),
  endedAt: attempt.endedAt === null ? null : new Date(attempt.endedAt.wall).toISOString(),
  alive: attempt.alive,
  exit: attempt.exit,
  endedBecause: attempt.endingBecause,
});
