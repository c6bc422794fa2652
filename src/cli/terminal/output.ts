import { EXIT_UNAVAILABLE } from './problem.ts';
import { tell } from './tell.ts';

/**
 * Keeps the process alive when its output cannot be written (the reader exited, the terminal was
 * closed, the disk is full): what a command does matters more than what it prints.
 */
export function outlivesItsOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}

/**
 * For a command that only prints: exits when its reader does (`| head`), and reports other write
 * errors.
 */
export function endsWithItsOutput(): void {
  if (!process.stdout.listeners('error').includes(leave)) process.stdout.on('error', leave);
}

function leave({ code, message }: NodeJS.ErrnoException): void {
  if (code === 'EPIPE') process.exit(0);
  tell(`some of the output could not be written: ${message}`);
  process.exit(EXIT_UNAVAILABLE);
}
