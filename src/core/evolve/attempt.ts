import { withCall } from '../calls/cycle.ts';
import type { Instant, Observation, Signal, Vitals } from '../model/facts.ts';
import { type Attempt, isOver, type Run } from '../model/run.ts';
import { earnedPromptness } from '../run/budget.ts';
import { patienceMs } from '../run/liveness.ts';
import { afterProgress, memoryAfter } from '../run/memory.ts';
import { deadAttempt } from '../run/new-run.ts';
import { endedWell, hasVisiblyWorked, hasWorked, refusalsAfter, repeatedAfter } from '../run/repeated.ts';
import { afterWaiting } from '../run/stall.ts';
import { claim, milestone, type Update } from '../run/update.ts';
import { attemptSpent, earlierSpent, leftUntold } from '../spend/run.ts';
import { elapsedMs } from '../values/duration.ts';
import { fillOf } from './disk-fill.ts';

/**
 * CPU use that counts as activity: over 3 % of a core for a minute (a parked opencode burns about
 * 1.3 %, a working one 33 %; opencode#35870).
 */
export const ACTIVE_CPU_SHARE = 0.03;
export const CPU_WINDOW_MS = 60_000;
/** A process sample older than this says nothing about the present. */
export const FRESH_SAMPLE_MS = 60_000;

/**
 * The run after its attempt was seen dead. What the death says about the attempt is counted here,
 * once.
 */
export function died(run: Run, attempt: Attempt, at: Instant, exit: Attempt['exit'], survivors: 'none' | 'tools'): Run {
  const madeMilestone = (run.milestone?.attempt ?? 0) >= attempt.number;
  const didNothing = attempt.mode !== 'start' && attempt.bytes === 0 && exit?.code === 0 && !madeMilestone;
  const trouble = attempt.trouble?.kind ?? null;
  const isHeld = trouble === 'limit' || trouble === 'auth';
  const transient = trouble === 'transient';
  const isParked = run.parking?.attempt === attempt.number && run.parking.isEnding;
  const { streak } = run;
  const ended = deadAttempt(attempt, { endedAt: at, exit, survivors });
  const dead: Run = {
    ...run,
    attempt: ended,
    due: null,
    ...(isLastUntold(run, ended) && { spend: leftUntold(run.spend) }),
    excuse: excuseAfter(run, attempt, isParked),
  };
  // How far it got before it was refused says nothing about the job.
  return {
    ...dead,
    lastEnd: {
      attempt: attempt.number,
      hasWorked: hasWorked(ended, run.spec.policy.promptAfterMs),
      hasVisiblyWorked: hasVisiblyWorked(ended, run.spec.policy.promptAfterMs),
      endedWell: endedWell(ended),
    },
    streak: {
      ...streak,
      shortDeaths: earnedPromptness(dead) ? 0 : streak.shortDeaths + (isHeld || isParked ? 0 : 1),
      noops: isParked ? streak.noops : didNothing ? streak.noops + 1 : attempt.bytes > 0 || madeMilestone ? 0 : streak.noops,
      transients: transient ? streak.transients + 1 : streak.transients,
      noSpaces: trouble === 'no-space' ? streak.noSpaces + 1 : streak.noSpaces,
      repeated: repeatedAfter(run, ended),
      refusals: madeMilestone ? 0 : refusalsAfter(run, ended),
    },
  };
}

/**
 * Whether an answer may have been under way when it died, so that what that used is unknown. An
 * agent that neither worked nor said what it used was refused, or died before it asked a model.
 */
const isLastUntold = ({ spec }: Run, attempt: Attempt): boolean =>
  attempt.spend === undefined ? spec.agent !== 'generic' && hasWorked(attempt, spec.policy.promptAfterMs) : attempt.turnOver === null;

/** Why the resume after this death is not charged, or null if it is. */
function excuseAfter(run: Run, { trouble }: Attempt, isParked: boolean): Run['excuse'] {
  if (isParked) return 'parked';
  if (trouble?.kind === 'limit' || trouble?.kind === 'auth') return trouble.kind;
  if (fillOf(run) != null) return 'disk';
  return trouble?.kind === 'transient' && run.streak.transients === 0 ? 'transient' : null;
}

type LinesRead = Observation & { readonly kind: 'log.read' | 'journal.read' };

/** Folds in lines of a log: growth is activity, signals are what the agent's program said. */
export function evolveFromLog(run: Run, seen: LinesRead): Update {
  const isFile = seen.kind === 'log.read';
  let next: Run = isFile
    ? { ...run, cursors: { ...run.cursors, [seen.path]: seen.cursor } }
    : { ...run, journals: { ...run.journals, [seen.unit]: seen.cursor } };
  const lost = isFile ? seen.lost : undefined;
  const notes: string[] = seen.gap === null ? [] : [`a gap in ${isFile ? seen.path : `the journal of ${seen.unit}`}: ${seen.gap}`];
  const { attempt } = next;
  if (attempt === null || attempt.number !== seen.attempt) return { run: readLate(next, seen), note: notes[0] ?? null };
  const where = lost === undefined ? attempt : { ...attempt, lostLog: lost };
  if (lost !== undefined && !isSameLoss(attempt.lostLog ?? null, lost)) notes.push(lossInWords(where));
  if (lost !== undefined || seen.bytes > 0) next = { ...next, attempt: seen.bytes > 0 ? grown(where, seen) : where };
  for (const signal of seen.signals) {
    const update = understand(next, signal, seen.at);
    next = update.run;
    if (update.note !== null) notes.push(update.note);
  }
  return { run: next, note: notes.length > 0 ? notes.join('; ') : null };
}

/** Of what is read of an earlier attempt only its cost still counts. */
function readLate(run: Run, { attempt, signals, at }: LinesRead): Run {
  if (run.attempt === null || attempt >= run.attempt.number) return run;
  let { spend } = run;
  for (const signal of signals) if (signal.kind === 'usage') spend = earlierSpent(spend, attempt, signal, at.wall) ?? spend;
  return spend === undefined || spend === run.spend ? run : { ...run, spend };
}

const isSameLoss = (before: Attempt['lostLog'], now: Attempt['lostLog']): boolean =>
  before?.because === now?.because && before?.isRead === now?.isRead;

/** Says where an attempt's log is if its path no longer leads to it. */
export function lossInWords({ number, lostLog }: Pick<Attempt, 'number' | 'lostLog'>): string {
  if (lostLog == null) return `the log of attempt ${number} is back in its place`;
  const after = lostLog.isRead ? 'it is still read through a descriptor that its processes hold open' : 'its further output is unknown';
  return `the log of attempt ${number} ${lostLog.because}; ${after}`;
}

/** Growth is activity, unless every line says that the agent was refused and is retrying. */
function grown(attempt: Attempt, { bytes, lines, signals, at }: LinesRead): Attempt {
  const more: Attempt = { ...attempt, bytes: attempt.bytes + bytes, turnOver: null };
  const retries = signals.filter(({ kind }) => kind === 'retrying').length;
  return retries > 0 && retries >= lines ? more : active(afterProgress(afterWaiting(attempt, more, at)), at);
}

/** Clears a refusal once the agent works again. */
const worked = (trouble: Attempt['trouble']): Attempt['trouble'] =>
  trouble?.kind === 'limit' || trouble?.kind === 'transient' || trouble?.kind === 'auth' ? null : trouble;

function understand(run: Run, signal: Signal, at: Instant): Update {
  const attempt = run.attempt;
  if (attempt === null) return { run, note: null };
  switch (signal.kind) {
    case 'event': {
      const isOver = signal.works && attempt.trouble?.source === 'words' && attempt.trouble.kind !== 'permission';
      const trouble = isOver ? null : attempt.trouble;
      const note = isOver ? `the agent goes on: “${attempt.trouble?.text}” does not count` : null;
      return { run: { ...run, attempt: { ...attempt, heard: true, trouble } }, note };
    }
    case 'session':
      // Once it writes events, plain words no longer decide which session it is.
      if (signal.source === 'words' && attempt.heard === true) return { run, note: null };
      // The first session is the run's own. A later one belongs to a sub-agent.
      if (run.session !== null) return { run, note: null };
      return { run: { ...run, session: signal.id }, note: `the session is ${signal.id}` };
    case 'turn': {
      const lastTurn = signal.well ? 'well' : 'badly';
      return {
        run: {
          ...run,
          attempt: { ...attempt, turns: attempt.turns + 1, lastTurn, turnOver: at, trouble: signal.well ? null : attempt.trouble },
        },
        note: null,
      };
    }
    case 'tool':
      return {
        run: { ...run, attempt: { ...attempt, tools: attempt.tools + 1, overflows: 0, turnOver: null, trouble: worked(attempt.trouble) } },
        note: null,
      };
    case 'called':
    case 'returned':
      return { run: { ...run, attempt: { ...attempt, calls: withCall(attempt.calls, signal) } }, note: null };
    case 'todo': {
      if (signal.done <= run.marks.todos) return { run, note: null };
      return milestone(
        { ...run, marks: { ...run.marks, todos: signal.done } },
        attempt.number,
        at,
        `${signal.done} of ${signal.total} todos done`,
      );
    }
    case 'done':
      return isOver(run) || run.proof || run.claim ? { run, note: null } : claim(run, attempt.number, 'the log', signal.text);
    case 'agent':
      return { run: attempt.agentSeen === undefined ? { ...run, attempt: { ...attempt, agentSeen: signal.name } } : run, note: null };
    case 'retrying':
    case 'window':
      return { run, note: null };
    case 'usage': {
      const more = attemptSpent(run, signal, at.wall);
      return {
        run: more === null ? run : { ...run, spend: more.spend, attempt: { ...attempt, ...(more.attempt && { spend: more.attempt }) } },
        note: null,
      };
    }
    default: {
      // A working session is not missing, whatever a child process prints.
      if (signal.kind === 'session-missing' && signal.source === 'words' && attempt.heard === true) return { run, note: null };
      // A vague error never replaces a trouble that was understood before it.
      if ((signal.kind === 'error' || signal.kind === 'refused') && attempt.trouble !== null) return { run, note: null };
      const resetsAtWall = signal.kind === 'limit' ? signal.resetsAtWall : null;
      const isNew = attempt.trouble?.kind !== signal.kind || attempt.trouble.text !== signal.text;
      const source = signal.source === undefined ? {} : { source: signal.source };
      const trouble = { kind: signal.kind, text: signal.text, resetsAtWall, at, ...source };
      return {
        run: { ...run, attempt: { ...attempt, trouble, overflows: attempt.overflows + (signal.kind === 'context' ? 1 : 0) } },
        note: isNew ? `the agent reports (${signal.kind}): ${signal.text}` : null,
      };
    }
  }
}

/**
 * Folds in a sample of the attempt's processes. A tool that starts or ends is activity, and so is
 * CPU use over a full window while no tool runs (a tool's CPU use says nothing about the agent that
 * waits for it). A running tool is remembered from its start.
 */
export function evolveFromSample(run: Run, number: number, vitals: Vitals, at: Instant): Run {
  const { attempt } = run;
  if (attempt === null || attempt.number !== number || !attempt.alive) return run;
  const tool = vitals.tool === null ? null : { key: vitals.tool.key, name: vitals.tool.name, since: since(vitals.tool.sinceMono, at) };
  const cpu = measured(run, attempt.cpu, vitals, at);
  const wroteWall = vitals.wroteWall ?? attempt.wroteWall;
  const agentSeen = vitals.agentSeen ?? attempt.agentSeen;
  const known = agentSeen === undefined ? {} : { agentSeen };
  const memory = memoryAfter(attempt, vitals, at);
  const inMemory = memory === undefined ? {} : { memory };
  const sampled: Attempt = { ...attempt, tool, cpu: cpu.window, wroteWall, sampledAt: at, ...known, ...inMemory };
  const toolChanged = attempt.tool?.key !== tool?.key;
  // Anything written before the first sample may predate the attempt.
  const hasWritten = attempt.wroteWall !== null && wroteWall !== attempt.wroteWall;
  const waited = toolChanged ? afterWaiting(attempt, sampled, at) : sampled;
  const progressed = toolChanged || hasWritten ? afterProgress(waited) : waited;
  return { ...run, attempt: toolChanged || cpu.busy || hasWritten ? active(progressed, at) : sampled };
}

function measured(run: Run, before: Attempt['cpu'], { cpuMs, tool }: Vitals, at: Instant): { window: Attempt['cpu']; busy: boolean } {
  const fresh = { cpuMs, at, windowCpuMs: cpuMs, windowAt: at };
  // Less CPU time than before means that a process of the attempt ended; a long gap means that
  // nobody sampled. Either way the window is void.
  if (before === null || cpuMs < before.windowCpuMs || elapsedMs(before.at, at) > FRESH_SAMPLE_MS)
    return { window: { ...fresh, idle: false }, busy: false };
  const windowMs = elapsedMs(before.windowAt, at);
  // If the operator's timeout is shorter than the window, the window shrinks to it.
  if (windowMs < Math.min(CPU_WINDOW_MS, patienceMs(run) / 2)) return { window: { ...before, cpuMs, at }, busy: false };
  const isBusy = tool === null && (cpuMs - before.windowCpuMs) / windowMs > ACTIVE_CPU_SHARE;
  return { window: { ...fresh, idle: !isBusy }, busy: isBusy };
}

const since = (mono: number, now: Instant): Instant => ({ mono, wall: now.wall - Math.max(0, now.mono - mono) });

const active = (attempt: Attempt, at: Instant): Attempt => ({ ...attempt, lastActivity: at });
