import { type Ask, openAsks } from '../asks/ask.ts';
import { askInWords } from '../asks/words.ts';
import type { Instant } from '../model/facts.ts';
import type { Recovery } from '../model/recovery.ts';
import { type Attempt, isOver, type Run } from '../model/run.ts';
import { isRecovering } from '../recovery/lifecycle.ts';
import { needsEnding, patienceMs } from '../run/liveness.ts';
import { nextPromptInWords } from '../spend/next-prompt.ts';
import { counted } from '../values/counted.ts';
import { inWords } from '../values/duration.ts';
import { exitInWords } from '../values/exit.ts';
import { whatBecomesOfIt, whenItMay } from './waits.ts';

/** What was found of the process of an attempt that is said to live. */
type Seen = 'lives' | 'gone' | 'unknown';

const UNNOTICED = 'The next watchdog to look decides what follows.';

/**
 * One paragraph for a person: why it is (not) running now, when it will be, and what to type if
 * that is not good enough.
 */
export function explain(run: Run, now: Instant, seen: Seen = 'lives'): string {
  return [
    state(run, now, seen),
    process(run, now, seen),
    seen === 'gone' ? UNNOTICED : next(run, now),
    budget(run, now),
    nextCost(run, now),
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

/** What a resume costs before the agent does anything. */
function nextCost(run: Run, { wall }: Instant): string {
  const words = isOver(run) || run.attempt?.alive === true ? null : nextPromptInWords(run, wall, run.spec.policy.freshAboveTokens);
  return words === null ? '' : `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** People read the wall clock, which continues across a reboot where the monotonic one restarts. */
const between = (from: Instant, to: Instant): string => (to.wall - from.wall < 1000 ? 'under 1s' : inWords(to.wall - from.wall));

function state(run: Run, now: Instant, seen: Seen): string {
  const since = between(run.since, now);
  if (seen === 'gone') return `${run.name} was ${run.state} when a watchdog last looked: ${run.because.replace(/[.\s]+$/, '')}.`;
  const how = run.state === 'failed' ? `failed ${since} ago` : `has been ${run.state} for ${since}`;
  // How long it waits follows below, as of now.
  const because = run.state === 'waiting' && run.due !== null ? run.due.because : run.because;
  return `${run.name} ${how}: ${because.replace(/[.\s]+$/, '')}.`;
}

function process({ attempt, because, due }: Run, now: Instant, seen: Seen): string {
  if (attempt === null) return 'No attempt has run yet.';
  const { number, lastActivity, tool, endedAt, endingBecause } = attempt;
  if (attempt.alive) {
    const active = lastActivity === null ? 'not active yet' : `last active ${between(lastActivity, now)} ago`;
    const busy = tool === null ? '' : `; its tool ${tool.name} has been running for ${between(tool.since, now)}`;
    const pid = `pid ${attempt.agent?.pid ?? attempt.shim?.pid ?? 'unknown'}`;
    if (seen === 'gone') return `Attempt ${number} lived then, but its process is gone now (${pid}), ${active}.`;
    const lives = seen === 'lives' ? `lives (${pid})` : `lived then (${pid}), whether it still does is unknown`;
    return `Attempt ${number} ${lives}, ${active}${busy}.`;
  }
  const ago = endedAt === null ? '' : ` ${between(endedAt, now)} ago`;
  const tools = attempt.survivors === 'tools' ? '; some of its tools are still running' : '';
  if (endingBecause === null) return `Attempt ${number} ended${ago} ${exitInWords(attempt.exit)}${tools}.${saidUnknown(attempt)}`;
  // Already said if that is why it waits.
  const isSaid = endingBecause === because || due?.because.startsWith(endingBecause) === true;
  const why = isSaid ? '' : `: ${endingBecause}`;
  return `Attempt ${number} was ended by dogwatch${ago}${why}${tools}.`;
}

/** A refusal that nothing understands is shown verbatim. */
const saidUnknown = ({ trouble }: Attempt): string =>
  trouble?.kind === 'refused' ? ` It was refused in words that dogwatch does not know: “${trouble.text}”.` : '';

function next(run: Run, now: Instant): string {
  const { attempt, name, pending } = run;
  const ask = isOver(run) ? undefined : openAsks(run)[0];
  if (ask !== undefined && pending === null) return asks(run, ask, now);
  if (pending?.kind === 'resume') return `Attempt ${pending.attempt} is being started now.`;
  if (pending?.kind === 'recover') return 'A recovery agent is being started now.';
  if (pending?.kind === 'end') return `${attempt?.alive ? 'It' : 'What is left of it'} is being ended now.`;
  switch (run.state) {
    case 'starting':
    case 'working':
    case 'quiet':
      return attempt === null ? '' : whileAlive(run, attempt, now);
    case 'waiting':
      if (run.due === null)
        return (
          whenItMay(run, now) ??
          heldByDay(run, now) ??
          heldByAccount(run, now) ??
          heldByCommon(run, now) ??
          'What comes next is decided as soon as that is known.'
        );
      return `Attempt ${run.tried + 1} starts in ${between(now, run.due.at)}; \`dogwatch resume ${name}\` starts it now.`;
    case 'held':
      // What releases a pause was already said.
      if (run.paused !== null) return '';
      return released(run) === null ? (whenItMay(run, now) ?? heldByAccount(run, now) ?? '') : `Nothing is started ${released(run)}.`;
    case 'recovering':
      if (isRecovering(run)) return atWork(run, run.recovery, now);
      return 'The check decides whether the job is done.';
    case 'handed-off':
    case 'escalated':
    case 'failed':
      return `\`dogwatch logs ${name}\` and \`dogwatch history ${name}\` show what happened. ${anew(name)}.`;
    case 'complete':
      return needsEnding(run)
        ? `What is left of it is ended ${inWords(run.spec.policy.lingerMs)} after the run was complete.`
        : 'Nothing is left to do.';
    case 'stopped':
      return `\`dogwatch resume ${name}\` takes it up again.`;
  }
}

function asks({ name, spec }: Run, ask: Ask, now: Instant): string {
  const leftMs = Math.max(0, ask.at.wall + spec.policy.permissionGraceMs - now.wall);
  return `Its agent asks a person, ${askInWords(ask)}. \`dogwatch answer ${name} yes\` (or no, or words) answers it; in ${inWords(leftMs)} it is denied.`;
}

function atWork({ name }: Run, { spec, startedAt, over, number }: Recovery, now: Instant): string {
  if (over !== null) return `What is left of recovery agent ${number} is being ended.`;
  const leftMs = Math.max(0, startedAt.wall + spec.timeoutMs - now.wall);
  return (
    `It has ${inWords(leftMs)} left (DOGWATCH_RECOVERY_TIMEOUT) to hand the run back; ` +
    `\`dogwatch logs ${name} --recovery\` shows what it says. \`dogwatch resume ${name}\` ends it and resumes the run now.`
  );
}

/** When a run that its account holds goes on, or null if its account does not hold it. */
function heldByAccount({ name, holds }: Run, now: Instant): string | null {
  const hold = holds.find(({ kind }) => kind === 'limit' || kind === 'auth');
  if (hold === undefined) return null;
  const anyway = `\`dogwatch resume ${name}\` tries it now`;
  if (hold.untilWall === null) return `One run of the account goes first as soon as its credentials change; ${anyway}.`;
  if (hold.untilWall <= now.wall) return `It follows when that run works; ${anyway}.`;
  return `One run of the account is tried in ${inWords(hold.untilWall - now.wall)}, the others follow when it works; ${anyway}.`;
}

/** When a run goes on that waits for another day, or null if it does not. */
function heldByDay({ holds }: Run, now: Instant): string | null {
  const untilWall = holds.find(({ kind }) => kind === 'cap')?.untilWall ?? null;
  if (untilWall === null) return null;
  return `It goes on by itself in ${inWords(Math.max(0, untilWall - now.wall))}, when another day begins; \`dogwatch resume\` does not change that.`;
}

/** When a run that was killed together with others goes on, or null if it was not. */
function heldByCommon({ name, holds }: Run, now: Instant): string | null {
  const untilWall = holds.find(({ kind }) => kind === 'common-cause')?.untilWall ?? null;
  if (untilWall === null) return null;
  return `It is resumed in ${inWords(Math.max(0, untilWall - now.wall))} at the latest; \`dogwatch resume ${name}\` starts it now.`;
}

const anew = (name: string): string => `\`dogwatch resume ${name}\` gives it a new budget`;

/** What releases a run that is not acted on, or null if nothing holds it. */
function released({ name, spec, paused, hostEnabled }: Run): string | null {
  if (paused !== null) return `until \`dogwatch unpause ${name}\``;
  if (!spec.policy.enabled) return 'because it was registered with DOGWATCH_ENABLED=0: stop it and run it again without';
  return hostEnabled ? null : 'until the watchdog is started again without DOGWATCH_ENABLED=0';
}

function whileAlive(run: Run, { lastActivity, tool, trouble }: Attempt, now: Instant): string {
  const { policy } = run.spec;
  const hold = released(run);
  if (hold !== null) {
    const paused = run.paused === null ? '' : ` (it is paused: ${run.paused.because})`;
    return `It is left alone, and not resumed when it dies, ${hold}${paused}.`;
  }
  if (run.claim !== null)
    return `The check decides: ${run.claim.by} says that the job is done (${run.claim.because.replace(/[.\s]+$/, '')}).`;
  const waits = whatBecomesOfIt(run, now);
  if (waits !== null) return waits;
  const limit = trouble?.kind === 'limit' ? run.holds.find(({ kind }) => kind === 'limit') : undefined;
  if (limit?.untilWall != null && limit.untilWall > now.wall)
    return `It reported this and is left alone for ${inWords(limit.untilWall - now.wall)}: ${limit.because}.`;
  if (tool !== null) return `A tool may take ${inWords(policy.maxToolMs)} (DOGWATCH_MAX_TOOL); then the attempt is ended and resumed.`;
  const patience = `${inWords(patienceMs(run))} (${lastActivity === null ? 'DOGWATCH_STARTUP' : 'DOGWATCH_IDLE'})`;
  return `It is resumed when it dies before the job is done, and ended and resumed after ${patience} without any activity.`;
}

function budget(run: Run, now: Instant): string {
  const { milestone, resumes, charged, spec, noEvidence } = run;
  const reached =
    milestone === null
      ? 'No milestone so far'
      : `The last milestone was ${between(milestone.at, now)} ago, in attempt ${milestone.attempt}: ${milestone.what}`;
  if (isOver(run)) return milestone === null ? '' : `${reached}.`;
  const unseen =
    noEvidence == null ? '' : ` No evidence of progress is available (${noEvidence}), so the agent's own turns and tools count.`;
  const since = milestone === null ? '' : ' since then';
  return `${reached}; ${charged.length} of ${counted(spec.policy.maxResumes, 'resume')} used${since} (${resumes} in all).${unseen}`;
}
