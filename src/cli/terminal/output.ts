import { EXIT_UNAVAILABLE } from './problem.ts';
import { tell } from './tell.ts';

/**
 * What a command prints is the least of what it does: nothing ends because its output can't be written (a reader that went away, a
 * terminal that was closed, a full disk).
 */
export function outlivesItsOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}

/** For a command that only prints: it ends with its reader (`| head`), and says where it could not print. */
export function endsWithItsOutput(): void {
  if (!process.stdout.listeners('error').includes(leave)) process.stdout.on('error', leave);
}

function leave({ code, message }: NodeJS.ErrnoException): void {
  if (code === 'EPIPE') process.exit(0);
  tell(`not all could be printed: ${message}`);
  process.exit(EXIT_UNAVAILABLE);
}
