import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import checkDiskSpace from 'check-disk-space';
import type { DiskSample, Filesystem, Unreachable } from '../core/pressure-types.ts';

/** A look at the filesystem that a path is on. */
export type DiskSpace =
  | {
      readonly kind: 'measured';
      readonly availableBytes: number;
      readonly totalBytes: number;
      /** null: this filesystem has no fixed number of them. */
      readonly availableInodes: number | null;
      readonly totalInodes: number | null;
      /** The same text for all paths on one filesystem. */
      readonly device: string;
    }
  | { readonly kind: 'unknown'; readonly because: string };

/** A network filesystem whose server is gone may answer never; without a limit each look would block one thread more. */
const DEADLINE_MS = 5000;

// The package's types describe its CommonJS half; the module's default export is the function itself.
const capacity = checkDiskSpace as unknown as typeof checkDiskSpace.default;

const inFlight = new Map<string, Promise<DiskSpace>>();

/** How much room there is at a path, or where it will be, at most `deadlineMs` from now. One look a path is under way at a time, however many ask. */
export function diskSpace(path: string, deadlineMs = DEADLINE_MS): Promise<DiskSpace> {
  const look = inFlight.get(path) ?? measure(path).finally(() => inFlight.delete(path));
  inFlight.set(path, look);
  return withDeadline(look, deadlineMs, (because) => ({ kind: 'unknown', because }));
}

/** The filesystems that these paths are on, or will be: each one measured once. What does not answer is said. */
export async function sampleDisks(paths: readonly string[], deadlineMs = DEADLINE_MS): Promise<Omit<DiskSample, 'takenMono' | 'isWhole'>> {
  const unreachable: Unreachable[] = [];
  const byDevice = new Map<string, string[]>();
  await Promise.all(
    [...new Set(paths)].map(async (path) => {
      const device = await deviceOf(path, deadlineMs);
      if ('because' in device) unreachable.push({ path, because: device.because });
      else byDevice.set(device.device, [...(byDevice.get(device.device) ?? []), path]);
    }),
  );
  const looks = [...byDevice].map(async ([device, on]): Promise<Filesystem[]> => {
    const paths = on.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
    const [path = ''] = paths;
    const look = await diskSpace(path, deadlineMs);
    if (look.kind === 'unknown') {
      unreachable.push(...paths.map((one) => ({ path: one, because: look.because })));
      return [];
    }
    const { totalBytes, availableBytes, totalInodes, availableInodes } = look;
    return [{ device, path, paths, totalBytes, availableBytes, totalInodes: totalInodes ?? 0, availableInodes: availableInodes ?? 0 }];
  });
  return { filesystems: (await Promise.all(looks)).flat(), unreachable };
}

const devicesInFlight = new Map<string, Promise<Device>>();
type Device = { readonly device: string } | { readonly because: string };

function deviceOf(path: string, deadlineMs: number): Promise<Device> {
  const look = devicesInFlight.get(path) ?? statDevice(path).finally(() => devicesInFlight.delete(path));
  devicesInFlight.set(path, look);
  return withDeadline(look, deadlineMs, (because) => ({ because }));
}

async function statDevice(path: string): Promise<Device> {
  try {
    return { device: String((await stat(path)).dev) };
  } catch (error) {
    return isAbsent(error, path) ? statDevice(dirname(path)) : { because: inWords(error) };
  }
}

/** What is not there yet will be where its directory is. */
const isAbsent = (error: unknown, path: string): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT' && path !== dirname(path);

const inWords = (error: unknown): string => (error instanceof Error ? error.message.trim() : String(error));

async function measure(path: string): Promise<DiskSpace> {
  try {
    const [{ free, size }, { files, ffree }, { dev }] = await Promise.all([capacity(path), statfs(path), stat(path)]);
    if (!Number.isFinite(free) || !Number.isFinite(size)) return { kind: 'unknown', because: 'df printed something that is no number' };
    return {
      kind: 'measured',
      availableBytes: free,
      totalBytes: size,
      availableInodes: files === 0 ? null : ffree,
      totalInodes: files === 0 ? null : files,
      device: String(dev),
    };
  } catch (error) {
    if (isAbsent(error, path)) return measure(dirname(path));
    return { kind: 'unknown', because: inWords(error) };
  }
}

async function withDeadline<T>(look: Promise<T>, deadlineMs: number, unknown: (because: string) => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(unknown(`no answer within ${deadlineMs} ms`)), deadlineMs);
  });
  try {
    return await Promise.race([look, late]);
  } finally {
    clearTimeout(timer);
  }
}
