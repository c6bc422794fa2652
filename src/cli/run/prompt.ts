import { fstatSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { isatty } from 'node:tty';
import { errorMessage } from '../../core/values/error-message.ts';
import { EXIT_USAGE, Problem } from '../terminal/problem.ts';
import type { RunOptions } from './options.ts';

/** More than any agent accepts as a prompt. */
const MAX_BYTES = 4 * 1024 * 1024;
/**
 * A pipe that stays silent this long contains no prompt: whoever started dogwatch has left it open.
 */
const SILENCE_MS = 2_000;

/** The task that was given beside the command. */
export interface DecisionInput {
  /** The task, or undefined if none was given. */
  readonly prompt: string | undefined;
  /** Whether standard input is a pipe that was left open without any data. */
  readonly isSilent: boolean;
}

/**
 * Reads the task of a run from --prompt, --prompt-file, or a pipe into dogwatch. Throws a Problem.
 */
export async function promptOf({ prompt, promptFile }: RunOptions): Promise<DecisionInput> {
  if (prompt !== undefined && promptFile !== undefined)
    throw new Problem(EXIT_USAGE, 'there are two prompts', { expected: 'one of --prompt and --prompt-file', got: 'both' });
  if (prompt === '-' || promptFile === '-') return { prompt: await fromInput(), isSilent: false };
  if (promptFile !== undefined) return { prompt: fromFile(promptFile), isSilent: false };
  if (prompt !== undefined || !isPiped()) return { prompt, isSilent: false };
  const text = await piped(process.stdin, SILENCE_MS);
  return { prompt: text === null || text.trim() === '' ? undefined : text, isSilent: text === null };
}

/** Reports a pipe that was left open. Throws a Problem if the command has no other task. */
export function leftPipe(lacksTask: boolean, tell: (line: string) => void): void {
  const got = 'standard input is an open pipe without data';
  if (lacksTask)
    throw new Problem(EXIT_USAGE, 'this agent has no task', {
      expected: 'a task in its command, with --prompt or --prompt-file, or on standard input',
      got,
      hint: '`--prompt -` waits for the data',
    });
  tell(`${got}: not using it as the prompt (avoid this wait with \`</dev/null\`; \`--prompt -\` waits for the data)`);
}

async function fromInput(): Promise<string> {
  if (isatty(0)) throw new Problem(EXIT_USAGE, 'there is no prompt on standard input', { expected: 'a pipe or a file', got: 'a terminal' });
  const text = await piped(process.stdin, null);
  if (text === null || text.trim() === '')
    throw new Problem(EXIT_USAGE, 'there is no prompt on standard input', { expected: 'some text', got: 'none' });
  return text;
}

function fromFile(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Problem(EXIT_USAGE, '--prompt-file cannot be read', { got: errorMessage(error) });
  }
  if (Buffer.byteLength(text) > MAX_BYTES) throw tooLong();
  if (text.trim() === '')
    throw new Problem(EXIT_USAGE, '--prompt-file holds no prompt', { expected: 'some text', got: `${path} is empty` });
  return text;
}

/**
 * Whether standard input is a pipe, file or socket, and not a terminal or a device such as
 * /dev/null.
 */
function isPiped(): boolean {
  try {
    const input = fstatSync(0);
    return input.isFIFO() || input.isFile() || input.isSocket();
  } catch {
    return false;
  }
}

/**
 * Reads until the end, or returns null if not even the end is received within `silenceMs`. Throws a
 * Problem if it is too long.
 */
export function piped(input: Readable, silenceMs: number | null): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (text: string | null) => {
      clearTimeout(timer);
      input.removeAllListeners('data');
      input.pause();
      input.destroy();
      resolve(text);
    };
    const timer = silenceMs === null ? undefined : setTimeout(() => end(null), silenceMs);
    input.on('data', (chunk: Buffer) => {
      clearTimeout(timer);
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > MAX_BYTES) {
        input.destroy();
        reject(tooLong());
      }
    });
    input.once('end', () => end(Buffer.concat(chunks).toString('utf8')));
    input.once('error', () => end(null));
  });
}

const tooLong = (): Problem => new Problem(EXIT_USAGE, 'the prompt is too long', { expected: 'at most 4 MiB', got: 'more' });
