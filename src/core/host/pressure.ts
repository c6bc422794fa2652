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

/** A sample older than this says nothing about the present: four of the usual intervals. */
export const STALE_MS = 60_000;
/** The loss is smoothed over roughly this time, so that one large file does not make a trend. */
const TREND_MS = 60_000;
/** A filesystem with less than this multiple of its threshold available is watched closely. */
const NEAR = 2;

export const NO_PRESSURE: PressureState = { devices: [], unreachable: [] };

/**
 * Folds in a sample. A sample no newer than the known one of a filesystem changes nothing for it.
 */
export function observePressure(state: PressureState, sample: DiskSample, marks: Marks): PressureSeen {
  const moved = new Set(sample.filesystems.flatMap(({ paths }) => paths));
  const before = new Map(state.devices.map((known) => [known.device, known]));
  const seen = sample.filesystems.map((filesystem) => observed(before.get(filesystem.device) ?? null, filesystem, sample, marks));
  const sampled = new Set(seen.map(({ device }) => device));
  const unreachable = new Set(sample.unreachable.map(({ path }) => path));
  // A filesystem that does not answer keeps its known values.
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

/** How short the filesystem of a measured path is, or `none` if it has not been measured. */
export const pressureOf = (state: PressureState, path: string): Level => deviceOf(state, path)?.level ?? 'none';

/** The filesystem of a measured path, or null if it has not been measured. */
export const deviceOf = (state: PressureState, path: string): DevicePressure | null =>
  state.devices.find(({ paths }) => paths.includes(path)) ?? null;

/**
 * The size of a measured path's filesystem if it is full, or null if it is not, as far as known.
 */
export function fullBytes(state: PressureState, path: string): number | null {
  const device = deviceOf(state, path);
  return device !== null && isTooFull(device) ? device.bytes.total : null;
}

/**
 * True while nothing new may start there: it is critical and has not recovered enough to leave that
 * level.
 */
export const isTooFull = ({ level, clearSinceMono }: DevicePressure): boolean => level === 'critical' && clearSinceMono.critical === null;

/** What must be available, for the hold time, before a filesystem is no longer under pressure. */
export function exitMark(known: DevicePressure, marks: Marks): Least {
  // The soft level may be switched off.
  const [soft, critical] = [leaveMark(known, 'soft', marks), leaveMark(known, 'critical', marks)];
  return { bytes: Math.max(soft.bytes, critical.bytes), inodes: Math.max(soft.inodes, critical.inodes) };
}

/**
 * What to free on a filesystem now, or null if nothing, or if there is no sample since the last
 * step.
 */
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

/**
 * Marks that a step for a device just began or ended: samples from before are not acted on (again).
 */
export const stepped = (state: PressureState, device: string, nowMono: number): PressureState => ({
  ...state,
  devices: state.devices.map((known) => (known.device === device ? { ...known, steppedMono: nowMono } : known)),
});

/** The paths to measure every second: those on filesystems under pressure, or close to it. */
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
  // What lies before a gap in the samples does not count.
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

/** Smoothed with the time constant `TREND_MS`, whatever the sampling interval. */
function trended(before: Gauge, now: Gauge, elapsedMs: number): Gauge {
  // The size changed, so the earlier loss is meaningless.
  if (before.total !== now.total) return now;
  const weight = 1 - Math.exp(-elapsedMs / TREND_MS);
  const lossPerMs = (before.available - now.available) / elapsedMs;
  return { ...now, lossPerMs: before.lossPerMs + weight * (lossPerMs - before.lossPerMs) };
}

/** Critical applies at once; soft applies after the grace time, which takes two samples. */
function entered({ level, lowSinceMono, takenMono }: DevicePressure, low: Finding, { graceMs }: Marks): Finding | null {
  if (low.level === 'critical') return level === 'critical' ? null : low;
  const isDue = lowSinceMono !== null && takenMono > lowSinceMono && takenMono - lowSinceMono >= graceMs;
  return level === 'none' && low.level === 'soft' && isDue ? low : null;
}

/** A level is left when every sample of the hold time had enough available. */
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
