import { NO_PRESSURE, observePressure } from '../../../src/core/host/pressure.ts';
import type { DevicePressure, DiskSample, Filesystem, Marks, PressureChange, PressureState } from '../../../src/core/model/disk.ts';

export const GIB = 2 ** 30;
const SECOND = 1000;

/** The default thresholds. */
export const MARKS: Marks = {
  soft: { percent: 15, bytes: 20 * GIB },
  critical: { percent: 5, bytes: 5 * GIB },
  inodesSoft: 10,
  inodesCritical: 5,
  minReclaim: { percent: 3, bytes: 5 * GIB },
  graceMs: 30 * SECOND,
  holdMs: 300 * SECOND,
};

/** A filesystem of 1000 GiB where nothing is short, except for the given fields. */
export const disk = (wished: Partial<Filesystem> = {}): Filesystem => ({
  device: '1',
  path: '/work',
  paths: ['/work'],
  totalBytes: 1000 * GIB,
  availableBytes: 500 * GIB,
  totalInodes: 1_000_000,
  availableInodes: 900_000,
  ...wished,
});

/** Some filesystems as they are sampled over time. */
export class Disks {
  state: PressureState = NO_PRESSURE;
  mono = 1_000_000;
  readonly changes: PressureChange[] = [];
  readonly marks: Marks;

  constructor(marks: Partial<Marks> = {}) {
    this.marks = { ...MARKS, ...marks };
  }

  /** A sample after this many seconds. Returns what it changed as "from→to". */
  after(seconds: number, filesystems: readonly Filesystem[], more: Partial<DiskSample> = {}): string[] {
    this.mono += seconds * SECOND;
    const sample = { takenMono: this.mono, isWhole: true, filesystems, unreachable: [], ...more };
    const { state, changes } = observePressure(this.state, sample, this.marks);
    this.state = state;
    this.changes.push(...changes);
    return changes.map(({ from, to }) => `${from}→${to}`);
  }

  /** This many bytes available on the only disk of 1000 GiB. */
  has(seconds: number, availableBytes: number): string[] {
    return this.after(seconds, [disk({ availableBytes })]);
  }

  /** The same for a while, measured every 15 s. */
  stays(seconds: number, availableBytes: number): string[] {
    return Array.from({ length: Math.ceil(seconds / 15) }, () => this.has(15, availableBytes)).flat();
  }

  get one(): DevicePressure {
    const [known] = this.state.devices;
    if (known === undefined) throw new Error('no filesystem is known');
    return known;
  }
}
