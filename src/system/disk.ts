import { stat, statfs } from 'node:fs/promises';
import checkDiskSpace from 'check-disk-space';

/** A look at the filesystem that a path is on. */
export type DiskSpace =
  | {
      readonly kind: 'measured';
      readonly availableBytes: number;
      readonly totalBytes: number;
      /** null: this filesystem has no fixed number of them. */
      readonly availableInodes: number | null;
      /** The same text for all paths on one filesystem. */
      readonly device: string;
    }
  | { readonly kind: 'unknown'; readonly because: string };

/** A network filesystem whose server is gone may answer never; without a limit each look would block one thread more. */
const DEADLINE_MS = 5000;

// The package's types describe its CommonJS half; the module's default export is the function itself.
const capacity = checkDiskSpace as unknown as typeof checkDiskSpace.default;

const inFlight = new Map<string, Promise<DiskSpace>>();

/** How much room there is at an existing path, at most `deadlineMs` from now. One look a path is under way at a time, however many ask. */
export function diskSpace(path: string, deadlineMs = DEADLINE_MS): Promise<DiskSpace> {
  const look = inFlight.get(path) ?? measure(path).finally(() => inFlight.delete(path));
  inFlight.set(path, look);
  return withDeadline(look, deadlineMs);
}

async function measure(path: string): Promise<DiskSpace> {
  try {
    const [{ free, size }, { files, ffree }, { dev }] = await Promise.all([capacity(path), statfs(path), stat(path)]);
    if (!Number.isFinite(free) || !Number.isFinite(size)) return { kind: 'unknown', because: 'df printed something that is no number' };
    return { kind: 'measured', availableBytes: free, totalBytes: size, availableInodes: files === 0 ? null : ffree, device: String(dev) };
  } catch (error) {
    return { kind: 'unknown', because: error instanceof Error ? error.message.trim() : String(error) };
  }
}

async function withDeadline(look: Promise<DiskSpace>, deadlineMs: number): Promise<DiskSpace> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<DiskSpace>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'unknown', because: `no answer within ${deadlineMs} ms` }), deadlineMs);
  });
  try {
    return await Promise.race([look, late]);
  } finally {
    clearTimeout(timer);
  }
}
