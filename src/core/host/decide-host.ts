import type { Cause } from '../model/cause.ts';
import type { DevicePressure, Marks } from '../model/disk.ts';
import type { HostAction, HostObservation } from '../model/host.ts';
import { insideInWords, NOT_FROM_INSIDE } from '../model/inside.ts';
import type { Reply } from '../model/reply.ts';
import { acknowledgedInWords } from '../notices/notice.ts';
import type { DayCap, DayRules } from '../spend/day-cap.ts';
import { tellDaySpent } from './day-spent.ts';
import { mostOf } from './disk-view.ts';
import { causeOf, type Effort, judged, needsTelling, reclaimInWords, tried } from './effort.ts';
import { type OutbreakState, outbreakNotice, outbreakNotified } from './outbreak.ts';
import { stateNotified, tellOfState } from './own-state.ts';
import { exitMark, observePressure, stepped, wantsReclaim } from './pressure.ts';
import type { Host } from './state.ts';

export interface HostDecision {
  readonly kind: 'host';
  readonly observation: HostObservation;
  readonly host: Host;
  readonly because: string;
  /** True if this belongs in the journal. */
  readonly material: boolean;
  readonly actions: readonly HostAction[];
  /** The answer to a request, or null if there was none. */
  readonly reply: Reply | null;
}

export interface HostRules {
  readonly marks: Marks;
  /** False to only observe. */
  readonly mayAct: boolean;
  /** A supervisor has handed-off runs mended. */
  readonly recovers: boolean;
  /** What all runs may cost in a day. Null or absent if there is no such cap. */
  readonly day?: DayRules | null;
}

/**
 * Decides whether to free space, and where. If that does not help, notifies a person once per
 * filesystem, and again when it is over.
 */
export function decideHost(host: Host, seen: HostObservation, { marks, mayAct }: HostRules, day: DayCap | null = null): HostDecision {
  if (seen.kind === 'state.opened') return opened(host, seen, mayAct);
  if (seen.kind === 'run.removed') return removed(host, seen);
  const update = evolve(host, seen, marks);
  const over = mayAct ? update.over.filter(({ told }) => told).map((effort) => allClear(effort, seen)) : [];
  const access = mayAct ? (update.access ?? []).map((device) => tellOfAccess(device, seen)) : [];
  const notifications = mayAct ? tell(update.host, seen) : [];
  const reclaim = mayAct ? reclaims(update.host, seen, marks) : [];
  const after = begun(withNotified(update.host, notifications), reclaim);
  const common = mayAct ? tellCommon(host.common, seen) : [];
  const daySpent = mayAct ? tellDaySpent(host, day, seen) : { actions: [], said: {} };
  const actions = [...over, ...access, ...common, ...daySpent.actions, ...notifications, ...reclaim];
  const said = [...update.notes, ...actions.map(({ because }) => because)];
  const { daySpent: _, ...rest } = after;
  const kept = mayAct ? { ...rest, ...daySpent.said } : after;
  const next = common.length === 0 ? kept : { ...kept, common: outbreakNotified(kept.common, seen.at) };
  const reply = seen.kind === 'host.acknowledged' ? acknowledgedReply(seen) : null;
  return { kind: 'host', observation: seen, host: next, because: said.join('; '), material: said.length > 0, actions, reply };
}

function evolve(host: Host, seen: Exclude<HostObservation, { kind: 'state.opened' | 'run.removed' }>, marks: Marks): Update {
  switch (seen.kind) {
    case 'disk.sampled':
      return sampled(host, seen, marks);
    case 'reclaim.finished':
      return finished(host, seen);
    case 'host.acknowledged': {
      const { accepted, message } = acknowledgedReply(seen);
      return { host, notes: accepted && seen.notices.length > 0 ? [message] : [], over: [] };
    }
  }
}

function acknowledgedReply({ request, notices, inside }: HostObservation & { kind: 'host.acknowledged' }): Reply {
  if (inside?.refused) return { request, accepted: false, message: NOT_FROM_INSIDE };
  const message = notices.length === 0 ? 'there is nothing to acknowledge about this machine' : acknowledgedInWords(notices);
  return { request, accepted: true, message };
}

function opened(host: Host, seen: HostObservation & { kind: 'state.opened' }, mayAct: boolean): HostDecision {
  const actions = mayAct ? tellOfState(host.state ?? {}, seen.findings, seen.seq) : [];
  const next = actions.length === 0 ? host : { ...host, state: stateNotified(seen.findings) };
  const because = actions.map((action) => action.because).join('; ');
  return { kind: 'host', observation: seen, host: next, because, material: actions.length > 0, actions, reply: null };
}

/** The world has made sure that it is over. */
function removed(host: Host, seen: HostObservation & { kind: 'run.removed' }): HostDecision {
  const because = `the run ${seen.run} was removed ${seen.inside === undefined ? 'by the operator' : insideInWords(seen.inside)}`;
  const reply = { request: seen.request, accepted: true, message: 'removed, with its history, its logs and its captured variables' };
  return { kind: 'host', observation: seen, host, because, material: true, actions: [], reply };
}

interface Update {
  readonly host: Host;
  readonly notes: readonly string[];
  /** Filesystems that became read-only, or writable again. */
  readonly access?: readonly DevicePressure[];
  /** Efforts that ended with the pressure. */
  readonly over: readonly Effort[];
}

function sampled(host: Host, seen: HostObservation & { kind: 'disk.sampled' }, marks: Marks): Update {
  const { state, changes, lost, found, closed, opened } = observePressure(host.pressure, seen, marks);
  const isPressed = (device: string) =>
    state.devices.every((known) => known.device !== device || known.level !== 'none' || known.lowSinceMono !== null);
  const [kept, over] = [true, false].map((wanted) => Object.entries(host.efforts).filter(([device]) => isPressed(device) === wanted));
  const notes = [
    ...changes.map(({ path, from, to, because }) => `the disk at ${path}: ${from} → ${to} (${because})`),
    ...lost.map(({ path, because }) => `the disk at ${path} can't be measured: ${because}`),
    ...found.map((path) => `the disk at ${path} can be measured again`),
    ...[...closed, ...opened].map(accessInWords),
  ];
  return {
    host: { ...host, pressure: state, efforts: Object.fromEntries(kept ?? []) },
    notes,
    access: [...closed, ...opened],
    over: (over ?? []).map(([, effort]) => effort),
  };
}

function finished(host: Host, { action, outcome, at }: HostObservation & { kind: 'reclaim.finished' }): Update {
  const { pending } = host;
  if (pending === null || pending.id !== action) return { host, notes: [], over: [] };
  const effort = host.efforts[pending.device];
  const efforts = effort === undefined ? host.efforts : { ...host.efforts, [pending.device]: judged(effort, outcome, at) };
  // Only later measurements show whether it was enough.
  const pressure = stepped(host.pressure, pending.device, at.mono);
  return { host: { ...host, pressure, efforts, pending: null }, notes: [reclaimInWords(outcome)], over: [] };
}

/** One reclaim at a time, the fullest filesystem first. */
function reclaims(host: Host, { seq, at }: HostObservation, marks: Marks): HostAction[] {
  if (host.pending !== null) return [];
  const isDue = (known: DevicePressure): boolean => {
    const exhausted = host.efforts[known.device]?.exhaustedUntilMono ?? null;
    return wantsReclaim(known, marks, at.mono) !== null && (exhausted === null || exhausted <= at.mono);
  };
  const [next] = host.pressure.devices.filter(isDue).sort((a, b) => Number(b.level === 'critical') - Number(a.level === 'critical'));
  if (next === undefined) return [];
  const { device, path } = next;
  const goal = exitMark(next, marks);
  const without = Object.entries(host.efforts[device]?.resting ?? {}).flatMap(([name, untilMono]) => (untilMono > at.mono ? name : []));
  const because = `freeing space at ${path}: ${next.because}`;
  const until = { untilBytes: Math.ceil(goal.bytes), untilInodes: Math.ceil(goal.inodes) };
  return [{ kind: 'reclaim', id: `host/${seq}`, device, path, ...until, without, because }];
}

function begun(host: Host, actions: readonly HostAction[]): Host {
  const [action] = actions;
  if (action?.kind !== 'reclaim') return host;
  const { id, device, path } = action;
  const effort = host.efforts[device] ?? { path, resting: {}, freed: {}, largest: [], told: false, exhaustedUntilMono: null };
  const efforts = { ...host.efforts, [device]: { ...effort, exhaustedUntilMono: null } };
  return { ...host, pending: { id, device }, efforts };
}

const tell = ({ efforts, pressure }: Host, { seq }: HostObservation): HostAction[] =>
  Object.entries(efforts)
    .filter(([, effort]) => needsTelling(effort))
    .map(([device, effort]) => {
      const now = pressure.devices.find((known) => known.device === device)?.because ?? '';
      const because = `the disk at ${effort.path} is short of space (${now}), and nothing more can be freed${mostOf(effort.largest)}`;
      return { kind: 'tell', id: `host/${seq}/${device}`, cause: causeOf(effort), because, tried: tried(effort), isOver: false };
    });

const allClear = (effort: Effort, { seq }: HostObservation): HostAction => ({
  kind: 'tell',
  id: `host/${seq}/over/${effort.path}`,
  cause: causeOf(effort),
  because: `the disk at ${effort.path} has enough space again`,
  tried: [],
  isOver: true,
});

function tellOfAccess(device: DevicePressure, { seq }: HostObservation): HostAction {
  const isOver = device.isReadOnly !== true;
  const because = accessInWords(device);
  const cause: Cause = { about: 'disk', path: device.path, isReadOnly: true };
  return { kind: 'tell', id: `host/${seq}/access/${device.device}`, cause, because, tried: [], isOver };
}

const accessInWords = ({ path, isReadOnly }: DevicePressure): string =>
  isReadOnly === true
    ? `the disk at ${path} is read-only (the kernel does this after a disk error): nothing is started there until it is writable again`
    : `the disk at ${path} is writable again`;

/** Several runs died for the same reason: notified once, and again when it is over. */
function tellCommon(common: OutbreakState, { seq, at }: HostObservation): HostAction[] {
  const change = outbreakNotice(common, at);
  return change === null ? [] : [{ kind: 'tell', id: `host/${seq}/common-cause`, cause: { about: 'outbreak' }, tried: [], ...change }];
}

const withNotified = (host: Host, actions: readonly HostAction[]): Host =>
  actions.length === 0
    ? host
    : {
        ...host,
        efforts: Object.fromEntries(
          Object.entries(host.efforts).map(([device, effort]) => [device, needsTelling(effort) ? { ...effort, told: true } : effort]),
        ),
      };
