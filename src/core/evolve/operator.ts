import { type AccountWindow, reservedFrom } from '../account/window.ts';
import type { Command, Instant, Observation } from '../model/facts.ts';
import { insideInWords } from '../model/inside.ts';
import { isActive, isOver, type Run } from '../model/run.ts';
import { NO_STREAK } from '../model/streak.ts';
import { acknowledgedInWords } from '../notices/notice.ts';
import { isRecovering, recoveryOver } from '../recovery/lifecycle.ts';
import { raisedInWords, reachedCap, withRaisedCaps } from '../run/caps.ts';
import { isObserveOnly } from '../run/liveness.ts';
import { anywayInWords } from '../run/outside-hours.ts';
import { needless, refuse, type Update } from '../run/update.ts';
import type { CapState } from '../spend/cap-state.ts';
import { askAnswered } from './asks.ts';
import { policySet } from './policy-change.ts';

/** Folds in what the operator asks for. `windows` are those of the run's account. */
export function asked(
  run: Run,
  command: Exclude<Command, { kind: 'recover' | 'no-recovery' }>,
  seen: Observation & { kind: 'operator.requested' },
  windows: readonly AccountWindow[],
): Update {
  const { at, inside, via, notices = [] } = seen;
  const onPage = via === 'web' ? ' on the web page' : '';
  const who = inside === undefined ? `by the operator${onPage}` : insideInWords(inside);
  const said = (because: string) => (inside === undefined ? because : `${because} (${who})`);
  switch (command.kind) {
    case 'pause':
      if (isOver(run)) return refuse(run, `it is ${run.state}`);
      return {
        run: { ...recoveryOver(run, 'the operator paused the run', 'again'), paused: { because: said(command.because), at } },
        note: `paused ${who}: ${command.because}`,
      };
    case 'unpause':
      if (run.paused === null) return needless(run, 'it is not paused');
      return { run: { ...run, paused: null, due: null }, note: `unpaused ${who}` };
    case 'stop':
      if (isOver(run) && run.attempt?.alive !== true) return needless(run, `it is ${run.state} already`);
      return {
        run: {
          ...recoveryOver(run, 'the operator asked to stop', 'again'),
          stopping: { because: said(command.because), at },
          blocked: null,
        },
        note:
          inside === undefined
            ? `the operator asked to stop${onPage}: ${command.because}`
            : `a stop was requested ${who}: ${command.because}`,
      };
    case 'set':
      return policySet(run, command, seen);
    case 'answer':
      return askAnswered(run, command, seen);
    case 'ack':
      return notices.length === 0
        ? needless(run, 'there is nothing to acknowledge')
        : { run, note: `${acknowledgedInWords(notices)}${onPage}` };
    case 'resume':
      if (run.state === 'complete') return refuse(run, 'it is complete; start it again with `dogwatch run`');
      if (run.stopping !== null && run.state !== 'stopped') return refuse(run, 'it is being stopped');
      if (isObserveOnly(run)) return refuse(run, 'DOGWATCH_ENABLED=0: dogwatch only observes, nothing was started');
      return resumeAsked(run, command, { at, who, isInside: inside !== undefined, windows });
  }
}

/** Who requests it and when, and what is known of the windows of the run's account. */
interface Request {
  readonly at: Instant;
  readonly who: string;
  readonly isInside: boolean;
  readonly windows: readonly AccountWindow[];
}

/** No resume undoes a cap: only raising it does, which an agent may not do for itself. */
function resumeAsked(before: Run, { prompt, add }: Command & { kind: 'resume' }, { at, who, isInside, windows }: Request): Update {
  if (add !== undefined && isInside) return refuse(before, 'a process of a run cannot raise a cap');
  const { run, refused } = add === undefined ? { run: before, refused: null } : withRaisedCaps(before, add);
  if (refused !== null) return refuse(before, refused);
  const reached = reachedCap(run);
  if (reached !== null) return refuse(before, `${reached.because}; \`dogwatch resume ${run.name} ${reached.option}\` raises the cap`);
  const reserves = reservedFrom(run, windows, at).map(({ hold }) => hold);
  const raised = add === undefined ? '' : `; ${raisedInWords(run, add)}`;
  return {
    run: rearmed(run, prompt, at),
    note: `resume requested ${who}; the budget is reset${raised}${livesOn(run, prompt)}${anywayInWords(run, at, reserves)}`,
  };
}

/** A living agent is not disturbed: its prompt waits. */
function livesOn({ attempt }: Run, prompt: string | null): string {
  if (attempt?.alive !== true) return '';
  const unheard = prompt === null ? '' : ', without this prompt: it is kept for the next attempt';
  return `; attempt ${attempt.number} is alive and goes on${unheard}`;
}

/** The operator goes on although the cost of a recovery agent is unknown. */
const withoutUnknown = ({ unknownRecovery: _, ...caps }: CapState): CapState => caps;

/** A running recovery agent is ended first. */
function rearmed(before: Run, prompt: string | null, at: Instant): Run {
  const run = recoveryOver(before, 'the operator resumed the run', 'operator');
  const isMending = isRecovering(run);
  return {
    ...run,
    recovery: isMending ? run.recovery : null,
    recoveries: { ...run.recoveries, sinceMilestone: 0 },
    attendedAt: null,
    charged: [],
    resumes: run.resumes >= run.spec.policy.maxResumesTotal ? 0 : run.resumes,
    takenOff: 0,
    failedCheck: null,
    streak: NO_STREAK,
    paused: null,
    stopping: null,
    blocked: null,
    ...(run.caps?.unknownRecovery !== undefined && { caps: withoutUnknown(run.caps) }),
    flooded: null,
    filled: null,
    claim: null,
    // Whoever would have answered its questions may be gone.
    asked: isActive(before) ? run.asked : { check: null, evidence: null, session: null },
    operatorPrompt: prompt ?? run.operatorPrompt,
    excuse: run.attempt?.alive === true ? run.excuse : 'operator',
    anyway: run.attempt?.alive === true ? { attempt: run.attempt.number, at } : null,
    parking: null,
    due: run.attempt?.alive === true ? null : { at, because: 'the operator asked for it' },
    state: isMending ? run.state : run.attempt?.alive === true ? (run.state === 'escalated' ? 'quiet' : run.state) : 'waiting',
  };
}
