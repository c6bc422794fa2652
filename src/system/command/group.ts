import type { ChildProcess } from 'node:child_process';

/** From TERM to KILL for a command that exceeds its deadline. */
const GRACE_MS = 2000;
/**
 * How long to wait for output after the command has ended: a process that left its group may hold
 * the pipes open forever.
 */
const DRAIN_MS = 500;

/**
 * Ends a child that leads a process group, with the group: at the deadline, when the child ends, or
 * when this process exits. After a TERM the group has `cleaningMs` to clean up once the child has
 * ended. The returned function says whether the deadline was exceeded.
 */
export function endInTime(child: ChildProcess, deadlineMs: number, cleaningMs = GRACE_MS): () => boolean {
  let isLate = false;
  const killGroup = () => signalGroup(child, 'SIGKILL');
  // No other process would end it.
  process.once('exit', killGroup);
  const timers = [
    setTimeout(() => {
      isLate = true;
      signalGroup(child, 'SIGTERM');
    }, deadlineMs),
    setTimeout(killGroup, deadlineMs + GRACE_MS),
  ];
  const clear = () => {
    timers.forEach(clearTimeout);
    process.off('exit', killGroup);
  };
  child.once('error', clear);
  child.once('exit', () => {
    clear();
    const graceMs = isLate ? cleaningMs : 0;
    if (graceMs === 0) killGroup();
    else setTimeout(killGroup, graceMs);
    const drained = setTimeout(() => {
      for (const stream of [child.stdout, child.stderr]) stream?.destroy();
    }, graceMs + DRAIN_MS);
    child.once('close', () => clearTimeout(drained));
  });
  return () => isLate;
}

export function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // The group is empty.
  }
}
