import { spawn } from 'node:child_process';
import { markedProcesses } from '../system/process/marks.ts';

/**
 * Exercises the death-and-start path once, so that the first real resume is not slowed by cold
 * code.
 */
export function warmUp(): void {
  markedProcesses(new Set());
  spawn('/bin/sh', ['-c', ':'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'], detached: true })
    // An error will be reported when it matters.
    .on('error', () => {})
    .unref();
}
