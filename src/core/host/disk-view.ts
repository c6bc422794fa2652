import type { DevicePressure } from '../model/disk.ts';
import type { Hold } from '../model/facts.ts';
import { isTooFull } from './pressure.ts';
import type { Host } from './state.ts';

/**
 * The state of the filesystems, for a run that writes to these paths. Computed once per host state,
 * because thousands of runs ask.
 */
export function diskViews(host: Host): (paths: readonly string[]) => DiskView {
  const devices = new Map(host.pressure.devices.flatMap((device) => device.paths.map((path) => [path, device] as const)));
  const views = new WeakMap<readonly string[], DiskView>();
  return (paths) => {
    const view = views.get(paths) ?? diskView(host, paths, devices);
    views.set(paths, view);
    return view;
  };
}

function diskView(host: Host, paths: readonly string[], devices: ReadonlyMap<string, DevicePressure>): DiskView {
  const known = paths.map((path) => devices.get(path) ?? null);
  const taken = known.map((device) => device?.takenMono ?? null);
  const takenMono = taken.length === 0 || taken.includes(null) ? null : Math.min(...taken.map((mono) => mono ?? 0));
  const isPressed = known.some((device) => device !== null && device.level !== 'none');
  return { hold: diskHold(host, known), isPressed, takenMono };
}

function diskHold({ efforts }: Host, known: readonly (DevicePressure | null)[]): Hold | null {
  const closed = known.find((device) => device?.isReadOnly === true);
  if (closed != null)
    return {
      kind: 'disk',
      untilWall: null,
      because: `the disk at ${closed.path} is read-only; nothing is started until it is writable again`,
    };
  const full = known.find((device) => device !== null && isTooFull(device));
  if (full == null) return null;
  const effort = efforts[full.device];
  const isExhausted = effort?.exhaustedUntilMono != null;
  const what = isExhausted ? `nothing more can be freed, a person is notified${mostOf(effort?.largest)}` : 'space is being freed';
  return { kind: 'disk', untilWall: null, because: `the disk at ${full.path} is full (${full.because}); ${what}` };
}

/** What uses the most space, as part of a sentence, or empty if unknown. */
export const mostOf = (largest: readonly string[] | undefined): string =>
  largest?.[0] === undefined ? '' : `; most is used by ${largest[0]}`;

/** The state of the filesystems that a run writes to. */
export interface DiskView {
  /** The hold of a full one, or null if there is room as far as known. */
  readonly hold: Hold | null;
  /** At least one is short of space, full or not. */
  readonly isPressed: boolean;
  /**
   * When they were last measured, by the oldest sample (ms, monotonic), or null if not all of them
   * were.
   */
  readonly takenMono: number | null;
}
