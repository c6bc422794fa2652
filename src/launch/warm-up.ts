import { spawn } from 'node:child_process';
import { markedProcesses } from '../system/process/marks.ts';

/** Goes the way of a death and a start once, for nothing: the first run that dies under a new watchdog is resumed as fast as the others. */
export function warmUp(): void {
  markedProcesses(new Set());
  spawn('/bin/sh', ['-c', ':'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'], detached: true })
    // Whatever keeps it from starting is told when it matters.
    .on('error', () => {})
    .unref();
}
