import { inBytes } from './bytes.ts';
import type { HostAction, HostObservation, ReclaimOutcome, ReclaimStepOutcome } from './host-types.ts';
import { NO_PRESSURE, observePressure, type PressureState, pressed } from './pressure.ts';
import type { DiskMarks } from './pressure-types.ts';
import { inWords } from './time.ts';
import type { Instant } from './types.ts';

/** What is known of the machine, and what is done about it. */
export interface Host {
  readonly pressure: PressureState;
  /** The reclaim in flight: there is one at a time, for all devices. */
  readonly pending: { readonly id: string; readonly device: string } | null;
  /** By device, as long as it is under pressure. */
  readonly efforts: Readonly<Record<string, Effort>>;
}

/** What was tried for a device under pressure. */
export interface Effort {
  /** The last measurement that was acted on: never twice on the same. */
  readonly actedOnMono: number;
  /** Reclaimers that freed nothing, until when (ms, monotonic). */
  readonly setAside: Readonly<Record<string, number>>;
  /** All that was tried and what it freed, measured. */
  readonly freed: Readonly<Record<string, { readonly times: number; readonly bytes: number; readonly problem: string | null }>>;
  /** Nothing is left to try before this (ms, monotonic); null: there is. */
  readonly exhaustedUntilMono: number | null;
  /** A person was told that it does not suffice. */
  readonly told: boolean;
}

export const NEW_HOST: Host = { pressure: NO_PRESSURE, pending: null, efforts: {} };

/** A reclaimer that freed nothing rests for this long. */
export const SET_ASIDE_MS = 3_600_000;

export interface HostDecision {
  readonly observation: HostObservation;
  readonly host: Host;
  readonly because: string;
  /** True: this belongs into the journal. */
  readonly material: boolean;
  readonly actions: readonly HostAction[];
}

/** Whether space has to be freed, and where; when that does not help, a person hears of it, once a device until the pressure ends. */
export function decideHost(host: Host, seen: HostObservation, marks: DiskMarks, mayAct: boolean): HostDecision {
  const learned = seen.kind === 'disk.sampled' ? sampled(host, seen, marks) : finished(host, seen);
  const actions = mayAct ? act(learned.host, seen, marks) : [];
  const after = actions.reduce(taken(seen.at), learned.host);
  const said = [...learned.notes, ...actions.map(({ because }) => because)];
  return { observation: seen, host: after, because: said.join('; '), material: said.length > 0 || actions.length > 0, actions };
}

interface Learned {
  readonly host: Host;
  readonly notes: readonly string[];
}

function sampled(host: Host, seen: HostObservation & { kind: 'disk.sampled' }, marks: DiskMarks): Learned {
  const { state, changes } = observePressure(host.pressure, seen, seen.at, marks);
  // With the pressure goes what was tried against it.
  const efforts = Object.fromEntries(Object.entries(host.efforts).filter(([device]) => (state[device]?.level ?? 'none') !== 'none'));
  return { host: { ...host, pressure: state, efforts }, notes: changes.map(({ because }) => because) };
}

function finished(host: Host, { action, outcome, at }: HostObservation & { kind: 'reclaim.finished' }): Learned {
  const { pending } = host;
  if (pending === null || pending.id !== action) return { host, notes: [] };
  const effort = host.efforts[pending.device];
  const free: Host = { ...host, pending: null };
  if (effort === undefined) return { host: free, notes: [inShort(outcome)] };
  return { host: { ...free, efforts: { ...host.efforts, [pending.device]: judged(effort, outcome, at) } }, notes: [inShort(outcome)] };
}

function judged(effort: Effort, outcome: ReclaimOutcome, at: Instant): Effort {
  // What went wrong as a whole is tried again with the next measurement, after a rest.
  if (outcome.kind !== 'reclaimed') return { ...effort, exhaustedUntilMono: outcome.kind === 'failed' ? at.mono + SET_ASIDE_MS : null };
  const until = at.mono + SET_ASIDE_MS;
  const idle = outcome.steps.filter((step) => !hasFreed(step)).map(({ reclaimer }) => [reclaimer, until] as const);
  const resting = Object.entries(effort.setAside).filter(([, untilMono]) => untilMono > at.mono);
  const setAside = Object.fromEntries([...resting, ...idle]);
  const isExhausted = !outcome.steps.some(hasFreed) && outcome.others.every((name) => name in setAside);
  const freed = { ...effort.freed };
  for (const { reclaimer, measuredBytes, claimedBytes, problem } of outcome.steps) {
    const before = freed[reclaimer] ?? { times: 0, bytes: 0, problem: null };
    freed[reclaimer] = { times: before.times + 1, bytes: before.bytes + Math.max(0, measuredBytes ?? claimedBytes), problem };
  }
  return { ...effort, setAside, freed, exhaustedUntilMono: isExhausted ? until : null };
}

/** What counts is what the filesystem says; what can't be measured is believed. */
const hasFreed = ({ measuredBytes, claimedBytes }: ReclaimStepOutcome): boolean => (measuredBytes ?? claimedBytes) > 0;

function act(host: Host, { seq, at }: HostObservation, marks: DiskMarks): HostAction[] {
  const short = pressed(host.pressure, marks);
  const told = short.flatMap((one): HostAction[] => {
    const effort = host.efforts[one.device];
    if (effort === undefined || effort.exhaustedUntilMono === null || effort.told) return [];
    const because = `${one.path} is under pressure (${one.because}), and nothing more can be freed`;
    return [{ kind: 'tell', id: `host/${seq}/${one.device}`, cause: `disk ${one.path}`, because, table: table(effort) }];
  });
  if (host.pending !== null) return told;
  const next = short.find(({ device, measuredMono }) => mayReclaim(host.efforts[device], measuredMono, at));
  if (next === undefined) return told;
  const { device, path, exitBytes, exitInodes, because } = next;
  const without = Object.entries(host.efforts[device]?.setAside ?? {}).flatMap(([name, untilMono]) => (untilMono > at.mono ? name : []));
  const why = `space is freed on ${path}: ${because}`;
  const reclaim = {
    kind: 'reclaim',
    id: `host/${seq}`,
    device,
    path,
    untilBytes: exitBytes,
    untilInodes: exitInodes,
    without,
    because: why,
  } as const;
  return [...told, reclaim];
}

const mayReclaim = (effort: Effort | undefined, measuredMono: number, at: Instant): boolean =>
  effort === undefined ||
  (measuredMono > effort.actedOnMono && (effort.exhaustedUntilMono === null || effort.exhaustedUntilMono <= at.mono));

const NO_EFFORT: Effort = { actedOnMono: -1, setAside: {}, freed: {}, exhaustedUntilMono: null, told: false };

const taken =
  (at: Instant) =>
  (host: Host, action: HostAction): Host => {
    if (action.kind === 'reclaim') {
      const effort: Effort = { ...(host.efforts[action.device] ?? NO_EFFORT), actedOnMono: at.mono, exhaustedUntilMono: null };
      return { ...host, pending: { id: action.id, device: action.device }, efforts: { ...host.efforts, [action.device]: effort } };
    }
    const device = action.id.split('/').at(-1) ?? '';
    const effort = host.efforts[device];
    return effort === undefined ? host : { ...host, efforts: { ...host.efforts, [device]: { ...effort, told: true } } };
  };

/** What was tried, and what it brought. */
const table = ({ freed }: Effort): readonly string[] =>
  Object.entries(freed).map(
    ([name, { times, bytes, problem }]) =>
      `${name}: ${problem ?? `freed ${inBytes(bytes)} in ${times === 1 ? 'one try' : `${times} tries`}`}`,
  );

function inShort(outcome: ReclaimOutcome): string {
  if (outcome.kind !== 'reclaimed') return `freeing space came to nothing: ${outcome.because}`;
  const steps = outcome.steps.map(({ reclaimer, measuredBytes, claimedBytes, removed, problem }) =>
    problem !== null && removed === 0
      ? `${reclaimer}: ${problem}`
      : `${reclaimer} freed ${inBytes(Math.max(0, measuredBytes ?? claimedBytes))}`,
  );
  return steps.length === 0 ? 'there was nothing that could free space' : steps.join(', ');
}

/** Why runs on a device wait, in words for them. */
export const restInWords = (effort: Effort, at: Instant): string =>
  effort.exhaustedUntilMono === null
    ? 'space is being freed'
    : `nothing more can be freed; tried again in ${inWords(effort.exhaustedUntilMono - at.mono)}`;
