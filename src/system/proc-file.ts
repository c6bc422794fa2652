import { closeSync, openSync, readSync } from 'node:fs';

/** The most that is read of a file under /proc: more than the kernel lets a command line and its environment be by default. */
const MAX_PROC_FILE_BYTES = 2 * 1024 * 1024;

let buffer = Buffer.allocUnsafeSlow(64 * 1024);

/** Content of a file under /proc, valid until the next call; null: the process is gone, or it is not ours to look at. */
export const readProcFile = (path: string): Buffer | null => readProcFileOr(path, null);

/** The same; `denied`: what stands for a file that is not ours to look at. */
export function readProcFileOr<T>(path: string, denied: T): Buffer | T | null {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    return absent(error, denied);
  }
  try {
    return readAll(fd);
  } catch (error) {
    return absent(error, denied);
  } finally {
    closeSync(fd);
  }
}

/** Content of an open file under /proc, from its beginning, valid until the next call. Throws what the kernel says. */
export function readAll(fd: number): Buffer {
  let length = 0;
  for (;;) {
    const bytes = readSync(fd, buffer, length, buffer.length - length, length);
    length += bytes;
    if (bytes === 0 || length < buffer.length || length >= MAX_PROC_FILE_BYTES) return buffer.subarray(0, length);
    const larger = Buffer.allocUnsafeSlow(buffer.length * 2);
    buffer.copy(larger, 0, 0, length);
    buffer = larger;
  }
}

/** Anything else (no descriptors left, say) must not be taken for a death. */
function absent<T>(error: unknown, denied: T): T | null {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM') return denied;
  if (code === 'ENOENT' || code === 'ESRCH') return null;
  throw error;
}
