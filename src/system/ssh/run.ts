import { withoutSettings } from '../command/clean-environment.ts';
import { findOnPath } from '../command/find-on-path.ts';
import { endInTime, signalGroup } from '../command/group.ts';
import { sinceBootMs } from '../process/process.ts';
import { HeadAndTail } from '../text/head-and-tail.ts';

export interface SshRequest {
  /** The words that name the host (`SshHost.words`). */
  readonly words: readonly string[];
  /** What the shell there runs: a text of the program, never one of a person or a run. */
  readonly command: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The longest time for everything together. */
  readonly deadlineMs: number;
  /** More than this on its standard output ends it. */
  readonly mostBytes: number;
}

/**
 * How the command on the other host ended. `said` is what ssh or the command wrote to stderr,
 * `outputAtMs` when the last of its output arrived (`sinceBootMs`).
 */
export type SshOutcome =
  | { readonly kind: 'exited'; readonly code: number; readonly output: string; readonly outputAtMs: number; readonly said: string }
  | { readonly kind: 'timed-out' | 'too-large'; readonly said: string }
  | { readonly kind: 'failed'; readonly because: string }
  | { readonly kind: 'no-ssh' };

/** The exit status of ssh itself if it could not connect or log in. */
export const SSH_FAILED = 255;

const MAX_SAID_BYTES = 16_384;

/**
 * Runs a command on another host by the ssh of this machine, with the operator's own keys and
 * ssh_config. Asks nothing: what needs a password or a new host key fails.
 */
export async function runOverSsh({ words, command, environment, deadlineMs, mostBytes }: SshRequest): Promise<SshOutcome> {
  const program = findOnPath('ssh', environment.PATH ?? '');
  if (program === null) return { kind: 'no-ssh' };
  const { execa } = await import('execa');
  const child = execa(program, [...optionsFor(deadlineMs), ...dashed(words), command], {
    env: environmentFor(environment),
    extendEnv: false,
    stdin: 'ignore',
    detached: true,
    buffer: false,
    reject: false,
  });
  const chunks: Uint8Array[] = [];
  let [bytes, outputAtMs] = [0, sinceBootMs()];
  const isTooLarge = () => bytes > mostBytes;
  child.stdout.on('data', (chunk: Uint8Array) => {
    bytes += chunk.length;
    outputAtMs = sinceBootMs();
    if (!isTooLarge()) chunks.push(chunk);
    else signalGroup(child.nodeChildProcess, 'SIGKILL');
  });
  const errors = new HeadAndTail(MAX_SAID_BYTES);
  child.stderr.on('data', (chunk: Uint8Array) => errors.push(chunk));
  // On TERM it closes the connection itself; its ProxyCommand has nothing to clean up.
  const isLate = endInTime(child.nodeChildProcess, deadlineMs, 0);
  const { exitCode, signal, originalMessage } = await child;
  const said = errors.text();
  if (isTooLarge()) return { kind: 'too-large', said };
  if (isLate()) return { kind: 'timed-out', said };
  if (exitCode !== undefined) return { kind: 'exited', code: exitCode, output: Buffer.concat(chunks).toString(), outputAtMs, said };
  return {
    kind: 'failed',
    because: signal === undefined ? `ssh could not be started: ${originalMessage ?? ''}` : `ssh was ended by ${signal}`,
  };
}

/** The part of the time in which a connection has to be made, so that ssh itself says why not. */
const CONNECTING = 2 / 3;

/** Turns off what an operator's ssh_config may ask for, and would be in the way here. */
const optionsFor = (deadlineMs: number): readonly string[] => [
  '-T',
  '-a',
  '-x',
  ...[
    'BatchMode=yes',
    `ConnectTimeout=${Math.max(1, Math.floor((deadlineMs * CONNECTING) / 1000))}`,
    'ClearAllForwardings=yes',
    'PermitLocalCommand=no',
    'RemoteCommand=none',
    'LogLevel=ERROR',
  ].flatMap((option) => ['-o', option]),
];

/** Options first; what follows the dashes is a host, whatever it looks like. */
const dashed = (words: readonly string[]): readonly string[] => [...words.slice(0, -1), '--', ...words.slice(-1)];

/**
 * Settings of this machine mean nothing there, and some are secrets: ssh may send variables. The
 * ssh of a ProxyJump has no BatchMode, and would ask in a window.
 */
const environmentFor = (environment: SshRequest['environment']): Record<string, string> => ({
  ...withoutSettings(environment),
  SSH_ASKPASS_REQUIRE: 'never',
});
