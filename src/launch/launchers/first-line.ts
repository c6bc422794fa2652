import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { createFifo } from '../attempt/alive-fifo.ts';

export interface FirstLine {
  /** Resolves when a line was written; otherwise it never settles. */
  readonly line: Promise<string>;
  /** Removes the FIFO. */
  close(): void;
}

/** Creates a FIFO and waits for the first line written to it. */
export function firstLine(path: string): FirstLine {
  const socket = readFifo(path);
  let said = '';
  const line = new Promise<string>((resolve, reject) => {
    socket.setEncoding('utf8').on('error', reject);
    socket.on('data', (text: string) => {
      said += text;
      const end = said.indexOf('\n');
      if (end >= 0) resolve(said.slice(0, end).trim());
    });
  });
  // Perhaps nothing awaits it any more.
  line.catch(() => {});
  return {
    line,
    close: () => {
      socket.destroy();
      rmSync(path, { force: true });
    },
  };
}

/** Creates a FIFO and opens it for reading. */
export function readFifo(path: string): Socket {
  createFifo(path);
  try {
    // Also opened for writing: a FIFO without a writer would be at its end.
    return openSocket(openSync(path, constants.O_RDWR | constants.O_NONBLOCK));
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}

function openSocket(fd: number): Socket {
  try {
    return new Socket({ fd, readable: true, writable: false });
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}
