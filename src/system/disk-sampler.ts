import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DiskSample, Filesystem, Unreachable } from '../core/pressure-types.ts';
import { type Space, spaceAt } from './disk-space.ts';
import { inTime } from './in-time.ts';
import { mountOf, mountPoints } from './mounts.ts';
import { monoMs } from './process.ts';

/** What a sampler asks. */
export interface DiskPorts {
  /** Names the filesystem that a path is on; null: there is no such path. */
  deviceOf(path: string): Promise<string | null>;
  spaceAt(path: string, device: string): Promise<Space>;
  mountPoints(): readonly string[];
  nowMono(): number;
  readonly deadlineMs: number;
}

/** Measures the filesystems of these absolute paths (or of what is above them, where they are not there yet). One call at a time; it never fails. */
export type SampleDisks = (paths: readonly string[], isWhole: boolean) => Promise<DiskSample>;

/** Each hanging look keeps one of the four threads that all of Node's file access shares. */
const MAX_HANGING = 3;

/**
 * A sampler of filesystems. A filesystem that does not answer in time (a network mount whose server is gone) is asked nothing more until
 * it answers the one question that is open.
 */
export function diskSampler(wished: Partial<DiskPorts> = {}): SampleDisks {
  const ports = { ...PORTS, ...wished };
  /** What they were on when they were measured last. */
  const devices = new Map<string, string>();
  const asked = new Set<string>();

  const lookAt = async (filesystem: string, paths: readonly string[]): Promise<readonly Look[]> => {
    const refuse = (because: string) => paths.map((path) => ({ path, because }));
    if (asked.has(filesystem)) return refuse(SILENT);
    if (asked.size >= MAX_HANGING) return refuse(`not asked: ${MAX_HANGING} other filesystems do not answer`);
    const looks: Look[] = [];
    const round = { isOver: false };
    asked.add(filesystem);
    const all = lookAtEach(paths, looks, round, ports).then(() => asked.delete(filesystem));
    if (await inTime(all, ports.deadlineMs)) return looks;
    round.isOver = true;
    const answered = new Set(looks.map(({ path }) => path));
    return [...looks, ...paths.filter((path) => !answered.has(path)).map((path) => ({ path, because: SILENT }))];
  };

  return async (paths, isWhole) => {
    const takenMono = ports.nowMono();
    const points = ports.mountPoints();
    // A path may lead elsewhere by a link in it: what it was on is known better by the look before.
    const together = Map.groupBy(new Set(paths), (path) => `${devices.get(path) ?? ''} ${mountOf(path, points)}`);
    const looks: Look[] = [];
    for (const [filesystem, some] of together) looks.push(...(await lookAt(filesystem, some)));
    const measured = looks.filter((look) => 'device' in look);
    if (isWhole) forgetOthers(devices, new Set(paths));
    for (const { path, device } of measured) devices.set(path, device);
    return { takenMono, isWhole, filesystems: filesystemsOf(measured), unreachable: looks.filter((look) => 'because' in look) };
  };
}

function forgetOthers(devices: Map<string, string>, paths: ReadonlySet<string>): void {
  for (const path of devices.keys()) if (!paths.has(path)) devices.delete(path);
}

/** Words that stay the same for as long as it hangs. */
const SILENT = 'it does not answer';

const PORTS: DiskPorts = {
  deviceOf: (path) => stat(path).then(({ dev }) => String(dev), absent),
  spaceAt,
  mountPoints,
  nowMono: monoMs,
  deadlineMs: 5000,
};

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
  throw error;
}

type Measured = Pick<Filesystem, 'device' | 'path'> & Space;
type Look = Unreachable | Measured;

/** One after the other: while the first is not answered, no other is asked. */
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
    let there = path;
    let device = await ports.deviceOf(there);
    while (device === null && there !== dirname(there)) {
      there = dirname(there);
      device = await ports.deviceOf(there);
    }
    if (device === null) return { path, because: 'it is not there' };
    const space = spaces.get(device) ?? (await ports.spaceAt(there, device));
    spaces.set(device, space);
    return { path, device, ...space };
  } catch (error) {
    return { path, because: error instanceof Error ? error.message : String(error) };
  }
}

/** Each filesystem once, with all of its paths. */
const filesystemsOf = (measured: readonly Measured[]): readonly Filesystem[] =>
  [...Map.groupBy(measured, ({ device }) => device).values()].map((some) => ({ ...some[0]!, paths: some.map(({ path }) => path) }));
