import type { HoldSaid } from './holds.ts';
import type { Stored, Swapped } from './lease.ts';
import { compareProbes, type ProbeRow, probe, probeDueWall } from './probe.ts';
import { ANSWER_MS } from './times.ts';

interface Common {
  /** Since when a request is under way, or null. There is never more than one. */
  readonly askedMs: number | null;
  readonly nextMs: number;
}

/** What a host does about the probe of one limit. */
export type Prober = Common &
  /** Since when it has asked the engine without an answer. Absent if the last one was answered. */
  (
    | { readonly phase: 'waiting'; readonly failingMs?: number }
    /** Its row is sent, and not known to be written. */
    | { readonly phase: 'claiming'; readonly rev: number; readonly row: ProbeRow }
    /** Its run tries whether the limit is over. Without a row it began alone. */
    | { readonly phase: 'probing'; readonly row: ProbeRow | null }
    /** Its run has ended, and others have to know. */
    | { readonly phase: 'leaving'; readonly row: ProbeRow; readonly showed: 'something' | 'nothing' }
  );

export type ProberEvent =
  | { readonly kind: 'tick' }
  /** The answer to a read; null if the engine did not answer. */
  | { readonly kind: 'read'; readonly stored: Stored<ProbeRow> | null }
  | { readonly kind: 'swapped'; readonly result: Swapped }
  /** The run that probes has ended, or shows whether the limit is over. */
  | { readonly kind: 'ended'; readonly showed: 'something' | 'nothing' };

export type ProberAction =
  | { readonly kind: 'read' }
  | { readonly kind: 'swap'; readonly rev: number; readonly row: ProbeRow }
  /** Lets a run try. */
  | { readonly kind: 'begin' };

export interface ProberMoment {
  readonly nowMs: number;
  readonly nowWall: number;
  readonly host: string;
  /** Never used before, by anybody. */
  readonly nonce: string;
  /** The run that would probe, or null if none waits for this limit. */
  readonly run: string | null;
  /** What counts of the limit, or null. */
  readonly hold: HoldSaid | null;
  /** For how long the engine has not said what all hosts say with their beats. */
  readonly unreachableMs: number;
  /** The engine has acknowledged this host's beat lately: others take it for alive. */
  readonly isHeard: boolean;
  /** Whether a host has been heard of lately. */
  readonly hears: (host: string) => boolean;
  /** A host that is heard of says with its beat that it probes for this limit. */
  readonly othersProbe: boolean;
  readonly slackMs: number;
  /** From 0 to 1, drawn once for this limit. */
  readonly chance: number;
}

interface Stepped {
  readonly prober: Prober;
  readonly actions: readonly ProberAction[];
}

const LOOK_MS = 5000;
const AGAIN_MS = 500;
/**
 * What the others say with their beats is looked at every 6 s. An older look is from before this
 * host was cut off: one that probes alone may be back since then.
 */
const FRESH_MS = 6000 + ANSWER_MS;

export const waitingProber = (nowMs: number): Prober => ({ phase: 'waiting', askedMs: null, nextMs: nowMs });

/** What a restarted program makes of what it kept on disk: its answers are lost. */
export const proberReopened = (prober: Prober, nowMs: number): Prober =>
  prober.phase === 'claiming' ? waitingProber(nowMs) : { ...prober, askedMs: null, nextMs: nowMs };

/** What a host does next, so that one of those that reach each other probes, and one does. */
export function proberStep(prober: Prober, event: ProberEvent, moment: ProberMoment): Stepped {
  const { nowMs } = moment;
  switch (event.kind) {
    case 'tick':
      return prober.askedMs === null && nowMs >= prober.nextMs && asksAnything(prober, moment) ? read(prober, moment) : still(prober);
    case 'ended':
      if (prober.phase !== 'probing') return still(prober);
      if (prober.row === null) return still({ ...at(prober), phase: 'waiting' });
      return still({ ...at(prober), phase: 'leaving', row: prober.row, showed: event.showed, nextMs: nowMs });
    case 'swapped':
      return swapped(answeredBy(prober, moment), event.result, isOld(prober, moment), moment);
    case 'read':
      if (event.stored === null) return unanswered(answeredBy(prober, moment), isOld(prober, moment), moment);
      return found(answeredBy(prober, moment), event.stored, isOld(prober, moment), moment);
  }
}

const still = (prober: Prober): Stepped => ({ prober, actions: [] });

const at = ({ askedMs, nextMs }: Prober): Common => ({ askedMs, nextMs });

const read = (prober: Prober, { nowMs }: ProberMoment): Stepped => ({ prober: { ...prober, askedMs: nowMs }, actions: [{ kind: 'read' }] });

const answeredBy = (prober: Prober, { nowMs }: ProberMoment): Prober => ({
  ...prober,
  ...{ askedMs: null, nextMs: nowMs + (prober.phase === 'claiming' ? AGAIN_MS : LOOK_MS) },
});

/** A stopped program finds an answer that was true when it came. */
const isOld = ({ askedMs }: Prober, { nowMs }: ProberMoment): boolean => askedMs === null || nowMs - askedMs > 2 * ANSWER_MS;

function asksAnything({ phase }: Prober, { hold, run, nowWall, slackMs }: ProberMoment): boolean {
  if (phase !== 'waiting') return phase !== 'probing';
  const dueWall = hold === null ? null : probeDueWall(hold, slackMs);
  return run !== null && dueWall !== null && nowWall >= dueWall;
}

function swapped(prober: Prober, result: Swapped, wasOld: boolean, moment: ProberMoment): Stepped {
  if (prober.phase === 'claiming') {
    const isWritten = result.kind === 'written' && !wasOld && moment.isHeard;
    return isWritten ? begin(prober, prober.row) : read(prober, moment);
  }
  return prober.phase === 'leaving' && result.kind === 'written' ? still({ ...at(prober), phase: 'waiting' }) : still(prober);
}

const begin = (prober: Prober, row: ProbeRow | null): Stepped => ({
  prober: { ...at(prober), phase: 'probing', row },
  actions: [{ kind: 'begin' }],
});

/** A program that was stopped has asked nothing meanwhile: it begins to count when it is back. */
function unanswered(prober: Prober, wasOld: boolean, moment: ProberMoment): Stepped {
  if (prober.phase !== 'waiting') return still(prober);
  const { hold, run, nowMs, nowWall, slackMs, chance } = moment;
  const failingMs = wasOld ? nowMs : (prober.failingMs ?? nowMs);
  const failing: Prober = { ...prober, failingMs };
  if (hold === null || run === null) return still(failing);
  const unreachableMs = Math.min(moment.unreachableMs, nowMs - failingMs);
  const asked = { hold, row: 'unreachable', unreachableMs, isOther: false } as const;
  return probe({ ...asked, nowWall, slackMs, chance }).kind === 'alone' ? begin(prober, null) : still(failing);
}

function found(prober: Prober, { rev, row }: Stored<ProbeRow>, wasOld: boolean, moment: ProberMoment): Stepped {
  switch (prober.phase) {
    case 'waiting': {
      const waiting: Prober = { ...at(prober), phase: 'waiting' };
      return wasOld ? still(waiting) : claimed(waiting, rev, row, moment);
    }
    case 'claiming':
      if (row?.nonce !== prober.row.nonce) return still({ ...at(prober), phase: 'waiting' });
      return wasOld || !moment.isHeard ? still(prober) : begin(prober, row);
    case 'probing':
      return still(prober);
    case 'leaving':
      if (row?.nonce !== prober.row.nonce || row.ended !== null) return still({ ...at(prober), phase: 'waiting' });
      return swap(prober, rev, { ...row, ended: prober.showed }, moment);
  }
}

const swap = (prober: Prober, rev: number, row: ProbeRow, { nowMs }: ProberMoment): Stepped => ({
  prober: { ...prober, askedMs: nowMs },
  actions: [{ kind: 'swap', rev, row }],
});

/**
 * Its own row does not stop it: it knows that it does not probe. A beat may say more than the row:
 * of one that began alone, or whose row the engine has lost.
 */
function claimed(prober: Prober, rev: number, row: ProbeRow | null, moment: ProberMoment): Stepped {
  const { hold, run, host, nonce, isHeard, hears, othersProbe, unreachableMs, nowWall, slackMs, chance } = moment;
  if (hold === null || run === null || !isHeard || othersProbe || unreachableMs > FRESH_MS) return still(prober);
  const isOther = row !== null && row.host !== host && hears(row.host);
  const { kind } = probe({ hold, row, unreachableMs: 0, isOther, nowWall, slackMs, chance });
  if (kind !== 'claim') return still(prober);
  const { generation, refusals } = row !== null && compareProbes(row, hold) > 0 ? row : hold;
  const mine: ProbeRow = { generation, refusals, host, nonce, run, ended: null };
  return swap({ ...at(prober), phase: 'claiming', rev, row: mine }, rev, mine, moment);
}
