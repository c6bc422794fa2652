import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { Socket } from 'node:net';

/**
 * Creates FIFOs unless they exist. Node cannot create one itself, and starting a process costs
 * milliseconds: the same for several as for one.
 */
export function createFifo(...paths: readonly string[]): void {
  const isMissing = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFIFO() !== true;
  const missing = paths.filter(isMissing);
  if (missing.length === 0) return;
  try {
    execFileSync('mkfifo', ['-m', '600', ...missing], { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    if (missing.some(isMissing)) throw error;
  }
}

/**
 * Calls `ended` once, when the last process that holds the FIFO's write end is gone: within a
 * millisecond, and using no CPU until then. Returns a function that stops watching, or null if no
 * process holds it.
 */
export function watchAliveFifo(path: string, ended: () => void): (() => void) | null {
  const fd = openHeld(path);
  if (fd === null) return null;
  const socket = new Socket({ fd, readable: true, writable: false });
  const stop = () => {
    socket.removeAllListeners();
    socket.on('error', () => {});
    socket.destroy();
  };
  const end = () => {
    stop();
    ended();
  };
  socket.on('end', end).on('error', end).resume();
  return stop;
}

/**
 * The FIFO's descriptor if a writer holds it: without a writer, a read returns end of file; with a
 * silent one, EAGAIN.
 */
function openHeld(path: string): number | null {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    if (readSync(fd, Buffer.alloc(1)) > 0) return fd;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return fd;
    closeSync(fd);
    throw error;
  }
  closeSync(fd);
  return null;
}
