import type { ChildProcess } from 'node:child_process';
import { HeadAndTail } from '../text/head-and-tail.ts';
import { cleanEnvironment } from './clean-environment.ts';
import { notStarted } from './not-started.ts';

export interface OperatorCommand {
  /** The operator's own code, for /bin/sh -c. */
  readonly command: string;
  readonly cwd: string;
  /** Variables of the run; those that belong to an attempt are removed. */
  readonly environment: NodeJS.ProcessEnv;
  /** Anything that comes from a run reaches the command through these variables. */
  readonly extra: Readonly<Record<string, string>>;
  readonly deadlineMs: number;
}

/** `output` is what it wrote to stdout and stderr, cut in the middle if too long. */
export type CommandOutcome =
  | { readonly kind: 'exited'; readonly code: number; readonly output: string }
  | { readonly kind: 'timed-out'; readonly output: string }
  | { readonly kind: 'failed'; readonly because: string };

const MAX_OUTPUT_BYTES = 65_536;
/** From TERM to KILL for a command that exceeds its deadline. */
const GRACE_MS = 2000;
/**
 * How long to wait for output after the command has ended: a process that left its group may hold
 * the pipe open forever.
 */
const DRAIN_MS = 500;

/** Longest value of one extra variable: Linux refuses to start a program with one of 128 KiB. */
const MAX_VARIABLE_LENGTH = 32_768;
/** One pipe for both streams keeps lines in order. */
const WITH_STDERR = 'exec /bin/sh -c "$1" 2>&1';

/**
 * Runs the operator's command in its own process group, and ends the whole group at the deadline or
 * when the command ends.
 */
export async function runOperatorCommand({ command, cwd, environment, extra, deadlineMs }: OperatorCommand): Promise<CommandOutcome> {
  const given = Object.entries(extra).map(([name, value]) => [name, value.replaceAll('\0', '').slice(0, MAX_VARIABLE_LENGTH)]);
  const { execa } = await import('execa');
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

/**
 * Ends the child and its group at the deadline. The returned function says whether the deadline was
 * exceeded.
 */
export function endInTime(child: ChildProcess, deadlineMs: number): () => boolean {
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
    // After a TERM, the shell's children may still be cleaning up.
    const graceMs = isLate ? GRACE_MS : 0;
    setTimeout(killGroup, graceMs);
    const drained = setTimeout(() => child.stdout?.destroy(), graceMs + DRAIN_MS);
    child.once('close', () => clearTimeout(drained));
  });
  return () => isLate;
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // The group is empty.
  }
}
