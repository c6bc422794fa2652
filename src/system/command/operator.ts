import { HeadAndTail } from '../text/head-and-tail.ts';
import { cleanEnvironment } from './clean-environment.ts';
import { endInTime } from './group.ts';
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
