import type { DiskSample, Filesystem, Unreachable } from '../../core/model/disk.ts';
import { errorMessage } from '../../core/values/error-message.ts';
import { inTime } from '../deadline.ts';
import { deviceOf, nearestDevice } from './device.ts';
import { isReadOnly, type Mount, mountOf, mounts } from './mounts.ts';
import { type Space, spaceAt } from './probe.ts';

/** What a sampler uses to look at filesystems. */
export interface DiskPorts {
  /** Identifies the filesystem of a path, or returns null if the path does not exist. */
  deviceOf(path: string): Promise<string | null>;
  spaceAt(path: string, device: string): Promise<Space>;
  mounts(): readonly Mount[];
  /** Asks a mount that may hang, in another process. Throws its error. */
  knock(point: string): Promise<void>;
  readonly deadlineMs: number;
}

/**
 * Measures the filesystems of these absolute paths (or of their nearest existing parents), and
 * reports those that cannot be measured.
 */
export type SampleDisks = (paths: readonly string[]) => Promise<Pick<DiskSample, 'filesystems' | 'unreachable'>>;

/** Each hanging look blocks one of the four threads that all of Node's file access shares. */
const MAX_HANGING = 3;
/** How many paths' devices are remembered. */
const MAX_REMEMBERED = 10_000;

/**
 * Creates a sampler of filesystems, which takes one sample at a time. A filesystem that does not
 * answer in time (a network mount whose server is gone) is not asked again until it answers the
 * pending question.
 */
export function diskSampler(wished: Partial<DiskPorts> = {}): SampleDisks {
  const ports = { ...PORTS, ...wished };
  /** The device of each path when it was last measured. */
  const devices = new Map<string, string>();
  const asked = new Set<string>();
  let before: Promise<unknown> = Promise.resolve();

  const lookAt = async (filesystem: string, far: Mount | null, paths: readonly string[]): Promise<readonly Look[]> => {
    const refuse = (because: string) => paths.map((path) => ({ path, because }));
    if (asked.has(filesystem)) return refuse(SILENT);
    if (asked.size >= MAX_HANGING) return refuse(`not asked: ${MAX_HANGING} other filesystems do not answer`);
    const looks: Look[] = [];
    const round = { isOver: false };
    asked.add(filesystem);
    const isThere = far === null ? Promise.resolve() : ports.knock(far.point);
    const all = isThere
      .then(
        () => lookAtEach(paths, looks, round, ports),
        (error: unknown) => void looks.push(...refuse(errorMessage(error))),
      )
      .then(() => asked.delete(filesystem));
    if (await inTime(all, ports.deadlineMs)) return looks;
    round.isOver = true;
    const answered = new Set(looks.map(({ path }) => path));
    return [...looks, ...paths.filter((path) => !answered.has(path)).map((path) => ({ path, because: SILENT }))];
  };
  const sample: SampleDisks = async (paths) => {
    const mounted = ports.mounts();
    const points = mounted.map(({ point }) => point);
    // A link in a path may lead elsewhere, so the device from the previous look is more reliable.
    const together = Map.groupBy(new Set(paths), (path) => `${devices.get(path) ?? ''} ${mountOf(path, points)}`);
    const looks: Look[] = [];
    for (const [filesystem, some] of together) {
      const [path = '/'] = some;
      const isOn = ({ point, device }: Mount) => point === mountOf(path, points) || device === devices.get(path);
      const far = mounted.findLast((mount) => !mount.isLocal && isOn(mount)) ?? null;
      looks.push(...(await lookAt(filesystem, far, some)));
    }
    const measured = looks.filter((look) => 'device' in look);
    if (devices.size > MAX_REMEMBERED) devices.clear();
    for (const { path, device } of measured) devices.set(path, device);
    return { filesystems: filesystemsOf(measured, mounted), unreachable: looks.filter((look) => 'because' in look) };
  };
  return (paths) => {
    const next = () => sample(paths);
    const now = before.then(next, next);
    before = now;
    return now;
  };
}

/** The wording stays the same for as long as it hangs. */
const SILENT = 'it does not answer';

const PORTS: DiskPorts = {
  deviceOf,
  spaceAt,
  mounts,
  knock: async (point) => (await import('./df.ts')).knock(point),
  deadlineMs: 5000,
};

type Measured = Pick<Filesystem, 'device' | 'path'> & Space;
type Look = Unreachable | Measured;

/** One at a time: until the first is answered, no other is asked. */
async function lookAtEach(paths: readonly string[], looks: Look[], round: { readonly isOver: boolean }, ports: DiskPorts): Promise<void> {
  const spaces = new Map<string, Space>();
  for (const path of paths) {
    if (round.isOver) return;
    const look = await lookAtOne(path, spaces, ports);
    if (!round.isOver) looks.push(look);
  }
}

async function lookAtOne(path: string, spaces: Map<string, Space>, ports: DiskPorts): Promise<Look> {
  try {
    const { there, device } = await nearestDevice(path, ports.deviceOf);
    const space = spaces.get(device) ?? (await ports.spaceAt(there, device));
    spaces.set(device, space);
    return { path, device, ...space };
  } catch (error) {
    return { path, because: errorMessage(error) };
  }
}

/** Each filesystem once, with all its paths, the shortest first. */
const filesystemsOf = (measured: readonly Measured[], mounted: readonly Mount[]): readonly Filesystem[] =>
  [...Map.groupBy(measured, ({ device }) => device).values()].map((some) => {
    const sorted = some.sort((a, b) => a.path.length - b.path.length || (a.path < b.path ? -1 : 1));
    const [first] = sorted as [Measured];
    const access = isReadOnly(first.path, first.device, mounted) ? { isReadOnly: true } : {};
    return { ...first, ...access, paths: sorted.map(({ path }) => path) };
  });
