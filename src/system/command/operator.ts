import type { ChildProcess } from 'node:child_process';
import { execa } from 'execa';
import { HeadAndTail } from '../text/head-and-tail.ts';
import { cleanEnvironment } from './clean-environment.ts';
import { notStarted } from './not-started.ts';

export interface OperatorCommand {
  /** The operator's own code, for /bin/sh -c. */
  readonly command: string;
  readonly cwd: string;
  /** Variables of the run; those that only an attempt may have are taken out. */
  readonly environment: NodeJS.ProcessEnv;
  /** Whatever comes from a run reaches the command in these. */
  readonly extra: Readonly<Record<string, string>>;
  readonly deadlineMs: number;
}

/** `output` is what it wrote to stdout and stderr, cut in the middle if need be. */
export type CommandOutcome =
  | { readonly kind: 'exited'; readonly code: number; readonly output: string }
  | { readonly kind: 'timed-out'; readonly output: string }
  | { readonly kind: 'failed'; readonly because: string };

const MAX_OUTPUT_BYTES = 65_536;
/** From TERM to KILL for a command that is over its deadline. */
const GRACE_MS = 2000;
/** How long output may still come after the command has ended: a process that left its group may hold the pipe open for ever. */
const DRAIN_MS = 500;

/** Longest text of one extra variable: Linux refuses to start a program with one of 128 KiB. */
const MAX_VARIABLE_LENGTH = 32_768;
/** One pipe for both, so that lines stay in order. */
const WITH_STDERR = 'exec /bin/sh -c "$1" 2>&1';

/** Runs the operator's command in a process group of its own. That whole group ends at the deadline, or with the command itself. */
export async function runOperatorCommand({ command, cwd, environment, extra, deadlineMs }: OperatorCommand): Promise<CommandOutcome> {
  const given = Object.entries(extra).map(([name, value]) => [name, value.replaceAll('\0', '').slice(0, MAX_VARIABLE_LENGTH)]);
  const child = execa('/bin/sh', ['-c', WITH_STDERR, 'sh', command], {
    cwd,
    env: { ...cleanEnvironment(environment), ...Object.fromEntries(given) },
    extendEnv: false,
    stdin: 'ignore',
    stderr: 'ignore',
    detached: true,
    buffer: false,
    reject: false,
  });
  const output = new HeadAndTail(MAX_OUTPUT_BYTES);
  child.stdout.on('data', (chunk: Uint8Array) => output.push(chunk));
  const isLate = endInTime(child.nodeChildProcess, deadlineMs);
  const result = await child;
  if (isLate()) return { kind: 'timed-out', output: output.text() };
  if (result.exitCode !== undefined) return { kind: 'exited', code: result.exitCode, output: output.text() };
  if (result.signal !== undefined) return { kind: 'failed', because: `it was ended by ${result.signal}` };
  return { kind: 'failed', because: `it could not be started: ${notStarted('/bin/sh', cwd, result.originalMessage)}` };
}

/** Arranges the end of the child and its group; the answer tells whether the deadline had to do it. */
export function endInTime(child: ChildProcess, deadlineMs: number): () => boolean {
  let isLate = false;
  const leave = () => signalGroup(child, 'SIGKILL');
  // Nobody else would end it.
  process.once('exit', leave);
  const timers = [
    setTimeout(() => {
      isLate = true;
      signalGroup(child, 'SIGTERM');
    }, deadlineMs),
    setTimeout(leave, deadlineMs + GRACE_MS),
  ];
  const over = () => {
    timers.forEach(clearTimeout);
    process.off('exit', leave);
  };
  child.once('error', over);
  child.once('exit', () => {
    over();
    // After a TERM, what the shell started may still be tidying up.
    const graceMs = isLate ? GRACE_MS : 0;
    setTimeout(leave, graceMs);
    const drained = setTimeout(() => child.stdout?.destroy(), graceMs + DRAIN_MS);
    child.once('close', () => clearTimeout(drained));
  });
  return () => isLate;
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}
