import type { AccountWindow } from '../account/window.ts';
import type { Observation } from '../model/facts.ts';
import { isOver, type Run } from '../model/run.ts';
import {
  recoverAsked,
  recoveryCounted,
  recoveryExited,
  recoveryHindered,
  recoveryOver,
  recoverySpoke,
  type TheirAccount,
} from '../recovery/lifecycle.ts';
import { unheard } from '../run/milestones.ts';
import { deadAttempt } from '../run/new-run.ts';
import { claim, milestone, refuse, refusedInside, type Update } from '../run/update.ts';
import type { DayCap } from '../spend/day-cap.ts';
import { KNOWN_AGENTS } from '../values/agent-names.ts';
import { elapsedMs, inWords } from '../values/duration.ts';
import { exitInWords } from '../values/exit.ts';
import { isSame } from '../values/process-identity.ts';
import { checkAnswered, evidenceAnswered, sessionAnswered, withoutGlance } from './answers.ts';
import { answerTaken, askedAnew, personAsked } from './asks.ts';
import { died, evolveFromLog, evolveFromSample } from './attempt.ts';
import { evolveFromCut } from './cut-log.ts';
import { evolveFromFill } from './disk-fill.ts';
import { attemptsFound } from './lost-attempts.ts';
import { asked } from './operator.ts';
import { settled } from './outcome.ts';

/** What is known of the run's own account, and what all runs may cost in a day. */
interface Around {
  readonly windows?: readonly AccountWindow[];
  readonly day?: DayCap | null | undefined;
}

/**
 * Folds one observation into the run. Decides nothing. `theirs` is what is known of its recovery
 * agent's account.
 */
export function evolve(run: Run, seen: Observation, theirs: TheirAccount, { windows = [], day }: Around = {}): Update {
  switch (seen.kind) {
    case 'run.registered':
      throw new Error(`run ${run.id} is registered already`);
    case 'watchdog.started':
      return started(run, seen);
    case 'attempts.found':
      return attemptsFound(run, seen);
    case 'operator.requested':
      if (seen.inside?.refused) return refusedInside(run, seen.inside, `\`dogwatch ${seen.command.kind}\``);
      return seen.command.kind === 'recover'
        ? recoverAsked(run, seen.command.recovery, seen.at, theirs, day)
        : seen.command.kind === 'no-recovery'
          ? recoveryHindered(run, seen.command.because, seen.at)
          : asked(run, seen.command, seen, windows);
    case 'agent.claimed':
      return claimed(run, seen);
    case 'agent.asked':
      return personAsked(run, seen);
    case 'answer.taken':
      return answerTaken(run, seen);
    case 'log.read':
    case 'journal.read':
      return evolveFromLog(run, seen);
    case 'log.cut':
      return evolveFromCut(run, seen);
    case 'disk.filled':
      return evolveFromFill(run, seen);
    case 'done-file.appeared':
      return isOver(run) || run.claim || run.proof
        ? { run, note: null }
        : claim(run, seen.attempt, 'the done file', `${seen.path} appeared`);
    case 'process.exited':
      return exited(run, seen);
    case 'process.sampled':
      return { run: evolveFromSample(run, seen.attempt, seen.vitals, seen.at), note: null };
    case 'session.learned':
      return sessionAnswered(run, seen.attempt, seen.session);
    case 'evidence.gathered':
      return evidenceAnswered(run, seen);
    case 'check.finished':
      return checkAnswered(run, seen);
    case 'action.settled':
      return settled(run, seen);
    case 'recovery.spoke':
      return recoverySpoke(run, seen);
    case 'recovery.counted':
      return recoveryCounted(run, seen);
    case 'recovery.exited':
      return recoveryExited(run, seen);
    case 'credentials.seen':
    case 'tick':
      return { run, note: null };
  }
}

function started(run: Run, seen: Observation & { kind: 'watchdog.started' }): Update {
  // Nobody sampled meanwhile, so the first samples from now on are compared only with each other.
  const unlooked =
    run.attempt === null
      ? null
      : withoutGlance({ ...run.attempt, sampledAt: null, cpu: null, ...(run.attempt.memory != null && { memory: null }) });
  const base: Run = { ...run, attempt: unlooked, hostEnabled: seen.enabled, asked: { check: null, evidence: null, session: null } };
  if (!seen.rebooted) return { run: base, note: null };
  // The monotonic clock restarts, so waits that began in another boot begin again now.
  const attendedAt = run.state === 'handed-off' || base.attendedAt !== null ? seen.at : null;
  const idle: Run = { ...recoveryOver(askedAnew(base, seen.at), 'the host was rebooted', 'again'), due: null, shot: null, attendedAt };
  if (unlooked === null) return { run: idle, note: 'the host was rebooted' };
  const note = `the host was rebooted${unlooked.alive ? `; attempt ${unlooked.number} ended with it` : ''}`;
  const trouble = unlooked.trouble && { ...unlooked.trouble, at: seen.at };
  const end = { endedAt: unlooked.endedAt ?? seen.at, exit: unlooked.exit, survivors: 'none' } as const;
  const attempt = deadAttempt({ ...unlooked, trouble }, end);
  return { run: { ...idle, attempt, excuse: 'boot' }, note };
}

function claimed(run: Run, seen: Observation & { kind: 'agent.claimed' }): Update {
  const what = `\`dogwatch ${seen.claim}\` from attempt ${seen.attempt}`;
  // An agent can speak before the outcome of its own start arrives.
  const isBeingStarted = run.pending?.kind === 'resume' && run.pending.attempt === seen.attempt;
  if (!seen.genuine || (run.attempt?.number !== seen.attempt && !isBeingStarted))
    return {
      run,
      note: `${what} is not believed: it does not come from the living attempt`,
      refused: 'it does not come from the living attempt of this run',
    };
  if (run.state === 'complete' && seen.claim === 'done') return { run, note: null };
  if (isOver(run)) return refuse(run, `the run is ${run.state}`);
  if (seen.claim === 'done') return claim(run, seen.attempt, 'the agent', seen.because);
  if (seen.claim === 'blocked') return { run: { ...run, blocked: seen.because }, note: `the agent is blocked: ${seen.because}` };
  const marks = unheard(run.marks, seen.because);
  if (marks === null) return { run, note: `${what} says nothing new: ${seen.because}` };
  return milestone({ ...run, marks }, seen.attempt, seen.at, seen.because);
}

function exited(run: Run, seen: Observation & { kind: 'process.exited' }): Update {
  const { attempt } = run;
  if (attempt === null || attempt.number !== seen.attempt) return { run, note: null };
  const { code, signal, outOfMemory } = seen;
  const exit = code === null && signal === null ? null : { code, signal, outOfMemory };
  if (!attempt.alive) return { run: attempt.exit === null ? { ...run, attempt: { ...attempt, exit } } : run, note: null };
  const agent = seen.survivors.find((process) => process.role === 'agent');
  if (agent !== undefined) {
    if (attempt.agent !== null && isSame(attempt.agent, agent.identity)) return { run, note: null };
    const note = `the wrapper of attempt ${attempt.number} died; its agent (pid ${agent.identity.pid}, ${agent.name}) lives and is watched`;
    return { run: { ...run, attempt: { ...attempt, agent: agent.identity } }, note };
  }
  const cap = seen.capped === true ? ({ kind: 'cap', text: `exit status ${code}`, resetsAtWall: null, at: seen.at } as const) : null;
  const after = died(
    run,
    {
      ...attempt,
      ...(seen.lastLine != null && { lastLine: seen.lastLine }),
      ...(cap !== null && attempt.trouble?.kind !== 'cap' && { trouble: cap }),
    },
    seen.at,
    exit,
    seen.survivors.length > 0 ? 'tools' : 'none',
  );
  const tools = seen.survivors.length > 0 ? `; ${seen.survivors.length} of its tools outlived it` : '';
  const note = `attempt ${attempt.number} ended ${exitInWords(exit)} after ${inWords(elapsedMs(attempt.startedAt, seen.at))}${tools}`;
  if (exit?.code !== 0 || run.claim !== null || run.proof !== null) return { run: after, note };
  const { exit: isSign, exitByDefault = false, doubt = null } = run.spec.done;
  const survivor = seen.survivors.find((process) => process.role === 'agent')?.name;
  const inIt = doubt ?? (exitByDefault ? (attempt.agentSeen ?? survivor ?? null) : null);
  if (inIt !== null) {
    const blocked = onlyATurn(inIt);
    return { run: { ...after, blocked }, note: `${note}; ${blocked}` };
  }
  if (!isSign) return { run: after, note };
  const done = claim(after, attempt.number, 'exit status 0', 'the command says that it is finished');
  return { ...done, note: `${note}; ${done.note}` };
}

/**
 * Why exit status 0 of a command that contains an agent does not mean done, and what to do instead.
 */
function onlyATurn(agent: string): string {
  const start = KNOWN_AGENTS.some((one) => one === agent)
    ? `let dogwatch start ${agent} itself (\`dogwatch run -- ${agent} …\`)`
    : `give the command for its next turn with --resume-command`;
  return `${agent} is part of the command, and an agent that exits with status 0 has ended a turn, maybe not the job; if exit status 0 does mean that the job is done, run it with --done-exit; else ${start}, or define done with --done-file, --done-log or --check`;
}
