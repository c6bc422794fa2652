import type {
  DevicePressure,
  DiskSample,
  Filesystem,
  Gauge,
  Level,
  Marks,
  PressureChange,
  PressureSeen,
  PressureState,
} from '../model/disk.ts';
import { bytesInWords } from '../values/bytes.ts';
import { inWords } from '../values/duration.ts';
import { entryMark, type Finding, gaugesOf, type Least, leaveMark, lowness } from './thresholds.ts';

/** A sample says nothing of now when it is older than this: four of the usual rounds. */
export const STALE_MS = 60_000;
/** The loss is smoothed over about this, so that one large file is no trend. */
const TREND_MS = 60_000;
/** So many times its mark available, a filesystem is watched closely. */
const NEAR = 2;

export const NO_PRESSURE: PressureState = { devices: [], unreachable: [] };

/** Takes a sample in. One that is no newer than what is known of a filesystem changes nothing about it. */
export function observePressure(state: PressureState, sample: DiskSample, marks: Marks): PressureSeen {
  const moved = new Set(sample.filesystems.flatMap(({ paths }) => paths));
  const before = new Map(state.devices.map((known) => [known.device, known]));
  const seen = sample.filesystems.map((filesystem) => observed(before.get(filesystem.device) ?? null, filesystem, sample, marks));
  const sampled = new Set(seen.map(({ device }) => device));
  const unreachable = new Set(sample.unreachable.map(({ path }) => path));
  // Where a filesystem does not answer, what was known of it stays.
  const matters = (path: string) => !moved.has(path) && (!sample.isWhole || unreachable.has(path));
  const others = state.devices
    .filter(({ device }) => !sampled.has(device))
    .map((known) => ({ ...known, paths: known.paths.filter(matters) }));
  const devices = [...seen, ...others.filter(({ paths }) => paths.length > 0)];
  const gone = others.filter(({ paths, level }) => paths.length === 0 && level !== 'none');
  const stillLost = state.unreachable.filter(({ path }) => !moved.has(path) && !unreachable.has(path) && !sample.isWhole);
  const wasLost = new Set(state.unreachable.map(({ path }) => path));
  return {
    state: { devices, unreachable: [...sample.unreachable, ...stillLost] },
    changes: [...seen.flatMap((now) => changed(before.get(now.device) ?? null, now)), ...gone.map(forgotten)],
    lost: sample.unreachable.filter(({ path }) => !wasLost.has(path)),
    closed: seen.filter((now) => now.isReadOnly === true && before.get(now.device)?.isReadOnly !== true),
    opened: seen.filter((now) => now.isReadOnly !== true && before.get(now.device)?.isReadOnly === true),
    found: state.unreachable.map(({ path }) => path).filter((path) => moved.has(path)),
  };
}

/** Short of space, or about to be. */
export const isShort = ({ level, lowSinceMono }: DevicePressure): boolean => level !== 'none' || lowSinceMono !== null;

/** How short the filesystem of a path is; `none` too where it has not been measured. The path is one that was asked about. */
export const pressureOf = (state: PressureState, path: string): Level => deviceOf(state, path)?.level ?? 'none';

/** The filesystem of a path that was asked about; null: it has not been measured. */
export const deviceOf = (state: PressureState, path: string): DevicePressure | null =>
  state.devices.find(({ paths }) => paths.includes(path)) ?? null;

/** Size of the filesystem of a path that was asked about while it is full; null: it is not, as far as is known. */
export function fullBytes(state: PressureState, path: string): number | null {
  const device = deviceOf(state, path);
  return device !== null && isTooFull(device) ? device.bytes.total : null;
}

/** True while nothing new is to be started there: it is critical, and has not got back what it takes to leave that. */
export const isTooFull = ({ level, clearSinceMono }: DevicePressure): boolean => level === 'critical' && clearSinceMono.critical === null;

/** How much has to be available, for the hold time, before a filesystem is not under pressure any more. */
export function exitMark(known: DevicePressure, marks: Marks): Least {
  // The soft one may be switched off.
  const [soft, critical] = [leaveMark(known, 'soft', marks), leaveMark(known, 'critical', marks)];
  return { bytes: Math.max(soft.bytes, critical.bytes), inodes: Math.max(soft.inodes, critical.inodes) };
}

/** What is to be freed on a filesystem now; null: nothing, or there is no sample since the last step, so that nobody knows. */
export function wantsReclaim(known: DevicePressure, marks: Marks, nowMono: number): Least | null {
  const isKnown = known.takenMono > (known.steppedMono ?? Number.NEGATIVE_INFINITY) && nowMono - known.takenMono <= STALE_MS;
  if (known.level === 'none' || !isKnown) return null;
  const goal = exitMark(known, marks);
  const missing = {
    bytes: Math.max(0, Math.ceil(goal.bytes - known.bytes.available)),
    inodes: Math.max(0, Math.ceil(goal.inodes - known.inodes.available)),
  };
  return missing.bytes === 0 && missing.inodes === 0 ? null : missing;
}

/** After a step for a device began or ended now: what was measured before it is not acted on (again). */
export const stepped = (state: PressureState, device: string, nowMono: number): PressureState => ({
  ...state,
  devices: state.devices.map((known) => (known.device === device ? { ...known, steppedMono: nowMono } : known)),
});

/** The paths that are to be measured every second: those on filesystems under pressure, or near it. */
export const urgentPaths = (state: PressureState, marks: Marks): readonly string[] =>
  state.devices.filter((known) => isUrgent(known, marks)).flatMap(({ paths }) => paths);

function isUrgent(known: DevicePressure, marks: Marks): boolean {
  const { bytes, inodes } = entryMark(known, 'soft', marks);
  const isNear = known.bytes.available < NEAR * bytes || known.inodes.available < NEAR * inodes;
  return known.level !== 'none' || known.lowSinceMono !== null || isNear;
}

function observed(before: DevicePressure | null, seen: Filesystem, { takenMono, isWhole }: DiskSample, marks: Marks): DevicePressure {
  const paths = before === null || isWhole ? seen.paths : [...new Set([...before.paths, ...seen.paths])];
  const where = { device: seen.device, path: paths[0] ?? seen.path, paths };
  const access = seen.isReadOnly === true ? { isReadOnly: true } : {};
  if (before !== null && takenMono <= before.takenMono) return { ...before, ...where };
  // What lies before a gap is no beginning of now.
  const last = before !== null && takenMono - before.takenMono <= STALE_MS ? before : null;
  const fresh = gaugesOf(seen);
  const elapsed = last === null ? 0 : takenMono - last.takenMono;
  const gauges = {
    bytes: last === null ? fresh.bytes : trended(last.bytes, fresh.bytes, elapsed),
    inodes: last === null ? fresh.inodes : trended(last.inodes, fresh.inodes, elapsed),
  };
  const low = lowness(gauges, marks);
  const clearSince = (level: 'soft' | 'critical') => {
    const least = leaveMark(gauges, level, marks);
    const isClear = gauges.bytes.available >= least.bytes && gauges.inodes.available >= least.inodes;
    const isLow = level === 'soft' ? low.level !== 'none' : low.level === 'critical';
    return isClear && !isLow ? (last?.clearSinceMono[level] ?? takenMono) : null;
  };
  const now: DevicePressure = {
    ...where,
    ...gauges,
    ...access,
    level: before?.level ?? 'none',
    because: low.because,
    sinceMono: before?.sinceMono ?? takenMono,
    takenMono,
    lowSinceMono: low.level === 'none' ? null : (last?.lowSinceMono ?? takenMono),
    clearSinceMono: { soft: clearSince('soft'), critical: clearSince('critical') },
    steppedMono: before?.steppedMono ?? null,
  };
  const next = entered(now, low, marks) ?? left(now, marks);
  return next === null ? now : { ...now, level: next.level, because: next.because, sinceMono: takenMono };
}

/** Time constant `TREND_MS`, whatever the distance of the samples. */
function trended(before: Gauge, now: Gauge, elapsedMs: number): Gauge {
  // Another size: what was lost is no use.
  if (before.total !== now.total) return now;
  const weight = 1 - Math.exp(-elapsedMs / TREND_MS);
  const lossPerMs = (before.available - now.available) / elapsedMs;
  return { ...now, lossPerMs: before.lossPerMs + weight * (lossPerMs - before.lossPerMs) };
}

/** Critical at once; soft when it was low for the grace time, which takes two samples. */
function entered({ level, lowSinceMono, takenMono }: DevicePressure, low: Finding, { graceMs }: Marks): Finding | null {
  if (low.level === 'critical') return level === 'critical' ? null : low;
  const isDue = lowSinceMono !== null && takenMono > lowSinceMono && takenMono - lowSinceMono >= graceMs;
  return level === 'none' && low.level === 'soft' && isDue ? low : null;
}

/** A level is left when enough was available at every sample of the hold time. */
function left({ level, clearSinceMono, takenMono, bytes }: DevicePressure, { holdMs }: Marks): Finding | null {
  if (level === 'none') return null;
  const isHeld = (since: number | null) => since !== null && takenMono - since >= holdMs;
  const isOver = isHeld(clearSinceMono.soft) && (level === 'soft' || isHeld(clearSinceMono.critical));
  const because = `${bytesInWords(bytes.available)} of ${bytesInWords(bytes.total)} available for ${inWords(holdMs)}`;
  if (isOver) return { level: 'none', because };
  return level === 'critical' && isHeld(clearSinceMono.critical) ? { level: 'soft', because } : null;
}

function changed(before: DevicePressure | null, now: DevicePressure): PressureChange[] {
  const from = before?.level ?? 'none';
  const { device, path, level, because } = now;
  return from === level ? [] : [{ device, path, from, to: level, because }];
}

const forgotten = ({ device, path, level }: DevicePressure): PressureChange => ({
  device,
  path,
  from: level,
  to: 'none',
  because: 'nothing that dogwatch watches is on it any more',
});
