import type { Hold, Instant, Observation } from '../model/facts.ts';
import type { Run } from '../model/run.ts';
import { needsEnding } from '../run/liveness.ts';

/** So many deaths within so long, and such a share of the runs that lived: something else than the runs is the reason. */
const LEAST_DEATHS = 3;
const LEAST_SHARE = 0.3;
export const WINDOW_MS = 60_000;
/** The longest hold. It ends earlier when nothing has died for as long as the window is. */
export const LONGEST_MS = 300_000;
/** A person hears that it is over when it has not come back for so long. */
const CALM_MS = 300_000;

/** Deaths that no run has caused by itself, over all runs. Times are monotonic, ms. */
export interface OutbreakState {
  /** Those of the last minute, the oldest first. */
  readonly deaths: readonly { readonly run: string; readonly name: string; readonly mono: number }[];
  /** What several died of; null: nothing did, or it is long over. */
  readonly outbreak: Outbreak | null;
}

interface Outbreak {
  /** The first of the deaths. */
  readonly fromMono: number;
  readonly beganMono: number;
  /** No run that died of it is resumed before. */
  readonly untilMono: number;
  readonly because: string;
  readonly told: boolean;
}

export const NO_OUTBREAK: OutbreakState = { deaths: [], outbreak: null };

/** A new watchdog does not know whether it goes on: whoever was told of it hears so. */
export const outbreakAfterRestart = ({ outbreak }: OutbreakState): OutbreakState => ({
  deaths: [],
  outbreak: outbreak?.told === true ? { ...outbreak, fromMono: 0, beganMono: 0, untilMono: 0 } : null,
});

/** True: this says that its attempt was killed, or could not even be started, and neither dogwatch nor the operator is the reason. */
export function isAbnormal(run: Run, seen: Observation): boolean {
  const { attempt, pending } = run;
  if (run.stopping !== null || run.proof !== null) return false;
  if (seen.kind === 'action.settled') return seen.action === pending?.id && seen.outcome.kind === 'start-failed';
  if (seen.kind !== 'process.exited' || attempt?.alive !== true || attempt.number !== seen.attempt) return false;
  if (attempt.endingBecause !== null || seen.survivors.some(({ role }) => role === 'agent')) return false;
  // How a process ended that somebody else started can't be seen.
  return seen.signal !== null || (seen.code === null && attempt.shim !== null);
}

/** The run after such a death. */
export const withAbnormalDeath = (run: Run, { at, kind }: Observation): Run => ({
  ...run,
  shot: { attempt: run.tried, mono: at.mono, isStart: kind === 'action.settled' },
});

/** What is known after one more such death. `living`: ids of the runs whose attempt lives. */
export function withDeath(known: OutbreakState, { id, name }: Run, living: readonly string[], { mono }: Instant): OutbreakState {
  const recent = known.deaths.filter((death) => death.run !== id && mono - death.mono < WINDOW_MS);
  const deaths = [...recent, { run: id, name, mono }];
  const { outbreak } = known;
  if (outbreak !== null && mono < outbreak.untilMono)
    return { deaths, outbreak: { ...outbreak, untilMono: Math.min(outbreak.beganMono + LONGEST_MS, mono + WINDOW_MS) } };
  const all = new Set([...living, ...deaths.map(({ run }) => run)]).size;
  if (deaths.length < LEAST_DEATHS || deaths.length < LEAST_SHARE * all) return { deaths, outbreak };
  // It came back: it is given all the time that there is.
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

/** What a person has to hear, or may forget again; null: nothing. */
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

/** The same after it was told; what is over is forgotten. */
export function outbreakNotified(known: OutbreakState, { mono }: Instant): OutbreakState {
  const { outbreak } = known;
  if (outbreak === null) return known;
  return { ...known, outbreak: mono >= outbreak.untilMono + CALM_MS ? null : { ...outbreak, told: true } };
}

/** The run as it is after it is known that its last death was nothing of its own: the resume that followed costs nothing. */
export function waiveCharge(run: Run, { outbreak }: OutbreakState): Run {
  const { shot } = run;
  if (outbreak === null || shot === null || shot.mono < outbreak.fromMono || shot.mono > outbreak.untilMono) return run;
  const charged = run.charged.filter((number) => number !== shot.attempt + 1 && !(shot.isStart && number === shot.attempt));
  return charged.length === run.charged.length ? run : { ...run, charged };
}

/** Why a run whose attempt was killed is not resumed yet, and until when (ms, monotonic); null: nothing holds it. */
export function heldByCommon(
  run: Run,
  { outbreak }: OutbreakState,
  isPressed: boolean,
  at: Instant,
): { readonly hold: Hold; readonly untilMono: number } | null {
  const { shot } = run;
  if (shot === null || shot.attempt !== run.tried || needsEnding(run) || run.excuse === 'operator') return null;
  const isOfIt = outbreak !== null && shot.mono >= outbreak.fromMono && shot.mono <= outbreak.untilMono;
  if (isOfIt && at.mono < outbreak.untilMono) return held(outbreak.because, outbreak.untilMono, at);
  const untilMono = shot.mono + LONGEST_MS;
  if (!isPressed || at.mono >= untilMono) return null;
  return held(`attempt ${shot.attempt} was killed while a disk that it writes to is short of space`, untilMono, at);
}

const held = (because: string, untilMono: number, at: Instant) => ({
  untilMono,
  hold: { kind: 'common-cause' as const, untilWall: at.wall + (untilMono - at.mono), because },
});
