import { closeSync, openSync, readSync } from 'node:fs';

/**
 * The most that is read from a file under /proc: more than the kernel's default limit for a command
 * line and its environment.
 */
const MAX_PROC_FILE_BYTES = 2 * 1024 * 1024;

let buffer = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * The content of a file under /proc, valid until the next call, or null if the process is gone or
 * this user may not read it.
 */
export const readProcFile = (path: string): Buffer | null => readProcFileOr(path, null);

/** Like `readProcFile`, but returns `denied` if this user may not read the file. */
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

/**
 * The content of an open file under /proc, from its beginning, valid until the next call. Throws
 * the kernel's errors.
 */
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

/** Any other error (such as no descriptors left) must not be taken for a death. */
function absent<T>(error: unknown, denied: T): T | null {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM') return denied;
  if (code === 'ENOENT' || code === 'ESRCH') return null;
  throw error;
}
