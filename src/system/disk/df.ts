import { execFile } from 'node:child_process';
import { Socket } from 'node:net';
import { normalize, sep } from 'node:path';
import { promisify } from 'node:util';
import checkDiskSpace from 'check-disk-space';
import { errorMessage } from '../../core/values/error-message.ts';
import { cleanEnvironment } from '../command/clean-environment.ts';

/** A df that hangs is killed after this. */
const DF_DEADLINE_MS = 5000;

// The package's types describe its CommonJS half; the module's default export is the function
// itself.
const capacity = checkDiskSpace as unknown as typeof checkDiskSpace.default;
const run = promisify(execFile);

/** The total size in bytes according to df, or null if it fails. */
export async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await capacity(path, DF)).size;
  } catch {
    return null;
  }
}

/**
 * Queries a filesystem from another process, for as long as it takes. Throws df's error. Looking
 * from this process at a filesystem that hangs would block a thread forever: this process could do
 * less, and not even exit (Node waits for its threads).
 */
export async function knock(point: string): Promise<void> {
  try {
    await capacity(point, { ...DF, cpExecFile: inOurPlace });
  } catch (error) {
    throw new Error(errorMessage(error).trim().split('\n').at(-1));
  }
}

/** Does not keep this process alive, and is killed when it exits. */
function inOurPlace(file: string, args: readonly string[] | null | undefined): Promise<{ stdout: string; stderr: string }> {
  const asking = run(file, args ?? [], { env: cleanEnvironment(process.env) });
  const { child } = asking;
  child.unref();
  for (const pipe of [child.stdout, child.stderr]) if (pipe instanceof Socket) pipe.unref();
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  return asking.finally(() => process.off('exit', end));
}

/** How check-disk-space runs df: with a deadline, and not as part of an attempt. */
const DF = {
  platform: 'linux',
  release: '',
  // The path exists; and checking it from this process could hang.
  fsAccess: async () => {},
  pathNormalize: normalize,
  pathSep: sep,
  cpExecFile: (file: string, args: readonly string[] | null | undefined) =>
    run(file, args ?? [], { env: cleanEnvironment(process.env), timeout: DF_DEADLINE_MS, killSignal: 'SIGKILL' }),
} as const;
