import { inBytes } from './bytes.ts';
import type { DiskMarks, DiskSample, FilesystemSample, Mark, PressureLevel } from './pressure-types.ts';
import { inWords } from './time.ts';
import type { Instant } from './types.ts';

/** What is known of one filesystem. */
export interface DevicePressure {
  readonly device: string;
  readonly paths: readonly string[];
  readonly level: PressureLevel;
  /** Why it is on this level, in words. */
  readonly because: string;
  readonly measured: FilesystemSample;
  readonly measuredMono: number;
  /** Since when it is below the soft mark without being on that level, and in how many samples. */
  readonly low: { readonly sinceMono: number; readonly samples: number } | null;
  /** Since when there is enough to leave its level (ms, monotonic); null: there is not. */
  readonly enoughSinceMono: number | null;
  /** Bytes that become available each ms, smoothed: negative while it fills. */
  readonly slope: number;
}

/** By device. */
export type PressureState = Readonly<Record<string, DevicePressure>>;

export const NO_PRESSURE: PressureState = {};

/** A filesystem that is full in less than this, as it goes on now, is low already. */
const TIME_TO_FULL_MS = 600_000;
/** Weight of a new measurement in the trend. */
const TREND_WEIGHT = 0.3;
/** Samples that have to be low before it counts. */
const LOW_SAMPLES = 2;

export interface PressureChange {
  readonly device: string;
  readonly from: PressureLevel;
  readonly to: PressureLevel;
  readonly because: string;
}

/** Folds one sample in. What is not in it stays as it was; a path that has moved to another filesystem leaves the old one. */
export function observePressure(
  before: PressureState,
  { filesystems }: DiskSample,
  at: Instant,
  marks: DiskMarks,
): { state: PressureState; changes: readonly PressureChange[] } {
  const moved = new Map(filesystems.flatMap(({ device, paths }) => paths.map((path) => [path, device] as const)));
  const state: Record<string, DevicePressure> = {};
  for (const known of Object.values(before)) {
    const paths = known.paths.filter((path) => (moved.get(path) ?? known.device) === known.device);
    if (paths.length > 0) state[known.device] = { ...known, paths };
  }
  const changes: PressureChange[] = [];
  for (const measured of filesystems) {
    if (measured.totalBytes <= 0) continue;
    const known = state[measured.device];
    const next = judged(known, measured, at, marks);
    state[measured.device] = { ...next, paths: [...new Set([...(known?.paths ?? []), ...measured.paths])].sort() };
    const from = known?.level ?? 'none';
    if (from !== next.level) changes.push({ device: measured.device, from, to: next.level, because: next.because });
  }
  return { state, changes };
}

function judged(known: DevicePressure | undefined, measured: FilesystemSample, at: Instant, marks: DiskMarks): DevicePressure {
  const slope = trend(known, measured, at);
  const base = { device: measured.device, paths: measured.paths, measured, measuredMono: at.mono, slope };
  const level = known?.level ?? 'none';
  const critical = shortage(measured, marks.critical, marks.inodesCritical);
  if (critical !== null)
    return { ...base, level: 'critical', because: words(measured, critical, 'critical'), low: null, enoughSinceMono: null };
  if (level !== 'none') return leaving(base, known!, at, marks);
  const soft = shortage(measured, marks.soft, marks.inodesSoft) ?? filling(measured, slope);
  if (soft === null) return { ...base, level: 'none', because: '', low: null, enoughSinceMono: null };
  const low = { sinceMono: known?.low?.sinceMono ?? at.mono, samples: (known?.low?.samples ?? 0) + 1 };
  const isSoft = low.samples >= LOW_SAMPLES && at.mono - low.sinceMono >= marks.graceMs;
  return isSoft
    ? { ...base, level: 'soft', because: words(measured, soft, 'soft'), low: null, enoughSinceMono: null }
    : { ...base, level: 'none', because: '', low, enoughSinceMono: null };
}

type Base = Omit<DevicePressure, 'level' | 'because' | 'low' | 'enoughSinceMono'>;

/** A level is left only well above its mark, and only when that has lasted. */
function leaving(base: Base, { level, because, enoughSinceMono }: DevicePressure, at: Instant, marks: DiskMarks): DevicePressure {
  const { measured } = base;
  const mark = level === 'critical' ? marks.critical : marks.soft;
  const inodes = level === 'critical' ? marks.inodesCritical : marks.inodesSoft;
  if (!isEnough(measured, exitOf(measured, mark, inodes, marks))) return { ...base, level, because, low: null, enoughSinceMono: null };
  const since = enoughSinceMono ?? at.mono;
  if (at.mono - since < marks.holdMs) return { ...base, level, because, low: null, enoughSinceMono: since };
  const isSoft = level === 'critical' && !isEnough(measured, exitOf(measured, marks.soft, marks.inodesSoft, marks));
  const said = `${pathOf(measured)} has ${inBytes(measured.availableBytes)} of ${inBytes(measured.totalBytes)} available again`;
  return { ...base, level: isSoft ? 'soft' : 'none', because: said, low: null, enoughSinceMono: null };
}

function trend(known: DevicePressure | undefined, { availableBytes }: FilesystemSample, at: Instant): number {
  if (known === undefined || at.mono <= known.measuredMono) return known?.slope ?? 0;
  const now = (availableBytes - known.measured.availableBytes) / (at.mono - known.measuredMono);
  return known.slope * (1 - TREND_WEIGHT) + now * TREND_WEIGHT;
}

function filling({ availableBytes }: FilesystemSample, slope: number): string | null {
  const leftMs = slope < 0 ? availableBytes / -slope : Number.POSITIVE_INFINITY;
  return leftMs < TIME_TO_FULL_MS ? `full in ${inWords(Math.max(1000, leftMs))} if it goes on like this` : null;
}

/** What is short, in words; null: nothing. */
function shortage(measured: FilesystemSample, mark: Mark, inodeShare: number): string | null {
  const { availableBytes, totalBytes, availableInodes, totalInodes } = measured;
  const least = bytesOf(mark, totalBytes);
  if (availableBytes < least) return `less than ${inBytes(least)}`;
  if (availableInodes === null || totalInodes === null || totalInodes <= 0) return null;
  return availableInodes < totalInodes * inodeShare ? `${availableInodes} of ${totalInodes} inodes` : null;
}

export const bytesOf = ({ share, bytes }: Mark, totalBytes: number): number => Math.min(share * totalBytes, bytes);

interface Exit {
  readonly bytes: number;
  readonly inodes: number | null;
}

function exitOf({ totalBytes, totalInodes }: FilesystemSample, mark: Mark, inodeShare: number, { minReclaim }: DiskMarks): Exit {
  const bytes = bytesOf(mark, totalBytes) + bytesOf(minReclaim, totalBytes);
  return { bytes, inodes: totalInodes === null || totalInodes <= 0 ? null : totalInodes * Math.min(1, inodeShare + minReclaim.share) };
}

const isEnough = ({ availableBytes, availableInodes }: FilesystemSample, exit: Exit): boolean =>
  availableBytes >= exit.bytes && (exit.inodes === null || availableInodes === null || availableInodes >= exit.inodes);

const pathOf = ({ paths }: FilesystemSample): string => [...paths].sort((a, b) => a.length - b.length)[0] ?? '?';

const words = (measured: FilesystemSample, short: string, level: PressureLevel): string =>
  `${pathOf(measured)} has ${inBytes(measured.availableBytes)} of ${inBytes(measured.totalBytes)} available (${short}): ${level}`;

/** A filesystem on which space has to be freed, and how much has to be available before that is enough. */
export interface Pressed extends DevicePressure {
  readonly path: string;
  readonly exitBytes: number;
  readonly exitInodes: number | null;
}

/** Those that are under pressure and have not yet what it takes to leave it. */
export const pressed = (state: PressureState, marks: DiskMarks): readonly Pressed[] =>
  Object.values(state).flatMap((one): Pressed[] => {
    if (one.level === 'none') return [];
    const exit = exitOf(one.measured, marks.soft, marks.inodesSoft, marks);
    if (isEnough(one.measured, exit)) return [];
    return [
      {
        ...one,
        path: pathOf(one.measured),
        exitBytes: Math.ceil(exit.bytes),
        exitInodes: exit.inodes === null ? null : Math.ceil(exit.inodes),
      },
    ];
  });

/** What is known of the filesystem that a path is on; null: nothing yet. */
export const pressureAt = (state: PressureState, path: string): DevicePressure | null =>
  Object.values(state).find(({ paths }) => paths.includes(path)) ?? null;

/** The level of a filesystem by one look alone: what `status` can say without a history. */
export function levelOf(measured: FilesystemSample, marks: DiskMarks): PressureLevel {
  if (shortage(measured, marks.critical, marks.inodesCritical) !== null) return 'critical';
  return shortage(measured, marks.soft, marks.inodesSoft) === null ? 'none' : 'soft';
}
