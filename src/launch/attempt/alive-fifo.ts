import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { Socket } from 'node:net';

/** Makes sure that a FIFO is there. Node can't make one itself, and a process costs milliseconds. */
export function createFifo(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isFIFO()) return;
  try {
    execFileSync('mkfifo', ['-m', '600', path], { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    if (!statSync(path, { throwIfNoEntry: false })?.isFIFO()) throw error;
  }
}

/**
 * Calls `ended` once, when the last process that holds the FIFO's write end is gone; in less than a millisecond and for no CPU while it
 * lives. Returns how to stop watching; null: nobody holds it now.
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

/** The FIFO's descriptor, if a writer holds it: without one a read gives the end of file, with a silent one EAGAIN. */
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
