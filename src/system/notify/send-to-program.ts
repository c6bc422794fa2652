import { execa } from 'execa';
import { type Delivered, refused } from '../../core/notices/schedule.ts';
import { cleanEnvironment } from '../command/clean-environment.ts';
import { endInTime } from '../command/group.ts';
import { notStarted } from '../command/not-started.ts';
import { HeadAndTail } from '../text/head-and-tail.ts';
import type { ExecChannel } from './channel.ts';

/** Its output is only of interest if it fails. */
const MAX_OUTPUT_BYTES = 1024;

/**
 * Starts the operator's program, without a shell, with a document as JSON on its standard input.
 * The program and its whole process group end at the deadline.
 */
export async function sendToProgram(
  { path }: ExecChannel,
  { document }: { readonly document: unknown },
  deadlineMs: number,
): Promise<Delivered> {
  const child = execa(path, [], {
    cwd: '/',
    env: cleanEnvironment(process.env),
    extendEnv: false,
    input: `${JSON.stringify(document)}\n`,
    stdout: 'ignore',
    detached: true,
    buffer: false,
    reject: false,
  });
  const output = new HeadAndTail(MAX_OUTPUT_BYTES);
  child.stderr.on('data', (chunk: Uint8Array) => output.push(chunk));
  const isLate = endInTime(child.nodeChildProcess, deadlineMs);
  const { exitCode, signal, originalMessage } = await child;
  if (isLate()) return refused(`it took longer than ${deadlineMs / 1000} s and was ended`, true);
  if (exitCode === 0) return { kind: 'accepted' };
  const said = output.text().trim();
  const words = said === '' ? '' : `: ${said}`;
  if (exitCode !== undefined) return refused(`it ended with status ${exitCode}${words}`, true);
  if (signal !== undefined) return refused(`it was ended by ${signal}${words}`, true);
  return refused(`it could not be started: ${notStarted(path, '/', originalMessage)}`, false);
}
