import type { Hold, Instant, Observation } from '../model/facts.ts';
import type { Run } from '../model/run.ts';
import { needsEnding } from '../run/liveness.ts';

/**
 * This many deaths within the window, and at least this share of living runs, mean an outside
 * cause.
 */
const LEAST_DEATHS = 3;
const LEAST_SHARE = 0.3;
export const WINDOW_MS = 60_000;
/** The longest hold. It ends earlier if nothing dies for one window. */
export const LONGEST_MS = 300_000;
/** A person is notified that it is over if it has not recurred for this long. */
const CALM_MS = 300_000;

/** Deaths over all runs that no run caused itself. Times are monotonic, ms. */
export interface OutbreakState {
  /** The deaths of the last minute, oldest first. */
  readonly deaths: readonly { readonly run: string; readonly name: string; readonly mono: number }[];
  /** The current outbreak, or null if there is none or it is long over. */
  readonly outbreak: Outbreak | null;
}

interface Outbreak {
  /** The first of the deaths. */
  readonly fromMono: number;
  readonly beganMono: number;
  /** No run that died in it is resumed before this. */
  readonly untilMono: number;
  readonly because: string;
  readonly told: boolean;
}

export const NO_OUTBREAK: OutbreakState = { deaths: [], outbreak: null };

/**
 * A new watchdog does not know whether it continues, so anyone notified of it is notified that it
 * is over.
 */
export const outbreakAfterRestart = ({ outbreak }: OutbreakState): OutbreakState => ({
  deaths: [],
  outbreak: outbreak?.told === true ? { ...outbreak, fromMono: 0, beganMono: 0, untilMono: 0 } : null,
});

/**
 * True if the observation says that an attempt was killed or could not be started, and neither
 * dogwatch nor the operator caused it.
 */
export function isAbnormal(run: Run, seen: Observation): boolean {
  const { attempt, pending } = run;
  if (run.stopping !== null || run.proof !== null) return false;
  if (seen.kind === 'action.settled') return seen.action === pending?.id && seen.outcome.kind === 'start-failed';
  if (seen.kind !== 'process.exited' || attempt?.alive !== true || attempt.number !== seen.attempt) return false;
  if (attempt.endingBecause !== null || seen.survivors.some(({ role }) => role === 'agent')) return false;
  // How a process that dogwatch did not start ended cannot be seen.
  return seen.signal !== null || (seen.code === null && attempt.shim !== null);
}

/** The run after such a death. */
export const withAbnormalDeath = (run: Run, { at, kind }: Observation): Run => ({
  ...run,
  shot: { attempt: run.tried, mono: at.mono, isStart: kind === 'action.settled' },
});

/** The state after one more such death. `living` are ids of the runs whose attempt lives. */
export function withDeath(known: OutbreakState, { id, name }: Run, living: readonly string[], { mono }: Instant): OutbreakState {
  const recent = known.deaths.filter((death) => death.run !== id && mono - death.mono < WINDOW_MS);
  const deaths = [...recent, { run: id, name, mono }];
  const { outbreak } = known;
  if (outbreak !== null && mono < outbreak.untilMono)
    return { deaths, outbreak: { ...outbreak, untilMono: Math.min(outbreak.beganMono + LONGEST_MS, mono + WINDOW_MS) } };
  const all = new Set([...living, ...deaths.map(({ run }) => run)]).size;
  if (deaths.length < LEAST_DEATHS || deaths.length < LEAST_SHARE * all) return { deaths, outbreak };
  // It recurred: the hold gets its full length.
  const isBack = outbreak !== null && mono < outbreak.untilMono + CALM_MS;
  const because = `${deaths.length} of ${all} runs were killed or could not be started within a minute (${namesOf(deaths)})`;
  const untilMono = mono + (isBack ? LONGEST_MS : WINDOW_MS);
  return { deaths, outbreak: { fromMono: deaths[0]?.mono ?? mono, beganMono: mono, untilMono, because, told: isBack && outbreak.told } };
}

const MAX_NAMES = 5;

const namesOf = (deaths: OutbreakState['deaths']): string => {
  const names = deaths.slice(0, MAX_NAMES).map(({ name }) => name);
  return deaths.length > MAX_NAMES ? `${names.join(', ')} and ${deaths.length - MAX_NAMES} more` : names.join(', ');
};

/** What to notify a person of, or that it is over, or null if nothing. */
export function outbreakNotice(
  { outbreak }: OutbreakState,
  { mono }: Instant,
): { readonly isOver: boolean; readonly because: string } | null {
  if (outbreak === null) return null;
  const isOver = mono >= outbreak.untilMono + CALM_MS;
  if (isOver) return outbreak.told ? { isOver, because: 'no run has been killed for a while' } : null;
  return outbreak.told
    ? null
    : { isOver, because: `${outbreak.because}: something on this machine is the cause (low memory? a manual kill?)` };
}

/** The state after that notification; an outbreak that is over is dropped. */
export function outbreakNotified(known: OutbreakState, { mono }: Instant): OutbreakState {
  const { outbreak } = known;
  if (outbreak === null) return known;
  return { ...known, outbreak: mono >= outbreak.untilMono + CALM_MS ? null : { ...outbreak, told: true } };
}

/**
 * The run once its last death is known to have an outside cause: the resume that followed is not
 * charged.
 */
export function waiveCharge(run: Run, { outbreak }: OutbreakState): Run {
  const death = run.shot;
  if (outbreak === null || death === null || death.mono < outbreak.fromMono || death.mono > outbreak.untilMono) return run;
  const charged = run.charged.filter((number) => number !== death.attempt + 1 && !(death.isStart && number === death.attempt));
  return charged.length === run.charged.length ? run : { ...run, charged };
}

/**
 * Why a killed run is not resumed yet, and until when (ms, monotonic), or null if nothing holds it.
 */
export function heldByCommon(
  run: Run,
  { outbreak }: OutbreakState,
  isPressed: boolean,
  at: Instant,
): { readonly hold: Hold; readonly untilMono: number } | null {
  const death = run.shot;
  if (death === null || death.attempt !== run.tried || needsEnding(run) || run.excuse === 'operator') return null;
  const isOfIt = outbreak !== null && death.mono >= outbreak.fromMono && death.mono <= outbreak.untilMono;
  if (isOfIt && at.mono < outbreak.untilMono) return held(outbreak.because, outbreak.untilMono, at);
  const untilMono = death.mono + LONGEST_MS;
  if (!isPressed || at.mono >= untilMono) return null;
  return held(`attempt ${death.attempt} was killed while a disk that it writes to is short of space`, untilMono, at);
}

const held = (because: string, untilMono: number, at: Instant) => ({
  untilMono,
  hold: { kind: 'common-cause' as const, untilWall: at.wall + (untilMono - at.mono), because },
});
