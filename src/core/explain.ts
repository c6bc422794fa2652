import { spent } from './budget.ts';
import { isObserveOnly } from './living.ts';
import type { Run } from './run.ts';
import { STATES } from './states.ts';
import { elapsedMs, inWords } from './time.ts';
import type { Instant } from './types.ts';

/** One paragraph for a person: why it is (not) running now, and when it will be. */
export function explain(run: Run, now: Instant): string {
  const sentences = [
    `${run.name} is ${run.state} (${STATES[run.state].means}) for ${inWords(elapsedMs(run.since, now))}: ${run.because}.`,
    process(run, now),
    next(run, now),
    progress(run),
    budget(run),
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

function process({ attempt }: Run, now: Instant): string {
  if (attempt === null) return 'No attempt was started yet.';
  if (!attempt.alive) {
    const ago = attempt.endedAt === null ? '' : ` ${inWords(elapsedMs(attempt.endedAt, now))} ago`;
    return `Attempt ${attempt.number} ended${ago}, ${exitInWords(attempt.exit)}.`;
  }
  const pid = attempt.agent?.pid ?? attempt.shim?.pid;
  const active = attempt.lastActivity === null ? 'no activity yet' : `last activity ${inWords(elapsedMs(attempt.lastActivity, now))} ago`;
  const tool = attempt.tool === null ? '' : `, the tool ${attempt.tool.name} runs for ${inWords(elapsedMs(attempt.tool.since, now))}`;
  return `Attempt ${attempt.number} is alive (pid ${pid ?? 'unknown'}), ${active}${tool}.`;
}

/** How an attempt ended, in words. */
export function exitInWords(exit: { code: number | null; signal: string | null } | null): string {
  if (exit === null) return 'without an exit status';
  return exit.signal === null ? `with exit status ${exit.code}` : `killed by ${exit.signal}`;
}

function next(run: Run, now: Instant): string {
  const { name, policy } = { name: run.name, policy: run.spec.policy };
  switch (run.state) {
    case 'starting':
    case 'working':
    case 'quiet':
      if (run.attempt?.alive !== true) return 'The next attempt is being started.';
      return isObserveOnly(run)
        ? 'Nothing is done about it: dogwatch only observes (DOGWATCH_ENABLED=0).'
        : `It is left alone; without any activity for ${inWords(policy.idleMs)} and no tool running it would be ended and resumed.`;
    case 'waiting':
      if (run.due === null) return 'The next attempt starts as soon as that is known.';
      return `Attempt ${run.tried + 1} starts in ${inWords(elapsedMs(now, run.due.at))}; \`dogwatch resume ${name}\` starts it now.`;
    case 'held':
      return run.paused === null
        ? 'It is not resumed until DOGWATCH_ENABLED is 1 again (for the run and for the watchdog).'
        : `It is not resumed until \`dogwatch unpause ${name}\`.`;
    case 'handed-off':
    case 'recovering':
    case 'escalated':
      return `The watchdog does not resume it any more; \`dogwatch resume ${name}\` does, with a new budget.`;
    case 'complete':
      return 'Nothing is left to do.';
    case 'stopped':
    case 'failed':
      return `\`dogwatch resume ${name}\` takes it up again.`;
  }
}

function progress({ milestone }: Run): string {
  return milestone === null ? 'No milestone was seen yet.' : `The last milestone was in attempt ${milestone.attempt}: ${milestone.what}.`;
}

function budget(run: Run): string {
  const { maxResumes } = run.spec.policy;
  const gone = spent(run);
  if (gone !== null) return `The budget is spent: ${gone}.`;
  return `${run.charged.length} of ${maxResumes} resumes are used since then (${run.resumes} in all).`;
}
