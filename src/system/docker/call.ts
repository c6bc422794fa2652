import type { IncomingMessage } from 'node:http';
import type Docker from 'dockerode';
import { bytesInWords } from '../../core/values/bytes.ts';
import { truncate } from '../../core/values/truncate.ts';

/**
 * The result of a call. `refused`: the engine answered with an error. `failed`: there was no
 * complete answer, possibly because an idle connection was closed.
 */
export type Answer<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'refused'; readonly status: number; readonly because: string }
  | {
      readonly kind: 'failed';
      readonly because: string;
      readonly isLate?: true;
      readonly isStale?: true;
      /** Docker is not installed, or never ran. */
      readonly isAbsent?: true;
    };

/**
 * Whether what was asked for is gone: engines say so in several ways, not always with status 404.
 */
export const saysGone = (answer: Answer<unknown>): boolean =>
  answer.kind === 'refused' &&
  (answer.status === 404 ||
    /no such image|unrecognized image id|image (?:does not exist|not found|not known)|: not found$/i.test(answer.because));

/**
 * Whether the engine is already answering the same call for another client, and handles only one at
 * a time (20.10 and its disk usage).
 */
export const saysBusy = (answer: Answer<unknown>): boolean =>
  answer.kind === 'refused' && /disk usage operation is already running/i.test(answer.because);

export interface Question {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | boolean | Readonly<Record<string, readonly string[]>>>>;
  readonly deadlineMs: number;
  /** A longer answer is cut off and counts as failed. */
  readonly maxBytes?: number;
  /** The answer is text rather than JSON. */
  readonly isText?: boolean;
}

/** The statuses of success; with any other, the body holds the engine's error message. */
const GOOD = [200, 201, 204];
/**
 * dockerode would read an error's body to its end, however long: accepting every status lets this
 * file read it instead.
 */
export const ANY: Record<number, true> = new Proxy({}, { get: () => true });
/** Enough for everything except lists. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
const LONGEST_WORDS = 300;

/**
 * Calls an engine. Never throws, and never waits beyond the deadline: dockerode itself waits
 * forever if a connection dies in the middle of an answer.
 */
export async function askDocker(
  client: Docker,
  { method, path, query = {}, deadlineMs, maxBytes = MAX_ANSWER_BYTES, isText = false }: Question,
): Promise<Answer<unknown>> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Answer<never>>((resolve) => {
    timer = setTimeout(
      () => resolve({ kind: 'failed', because: `Docker did not answer within ${deadlineMs} ms`, isLate: true }),
      deadlineMs,
    );
  });
  const answered = new Promise<Answer<unknown>>((resolve) => {
    client.modem.dial(
      { method, path: `${path}?`, options: { _query: query, _body: {} }, abortSignal: abort.signal, statusCodes: ANY, isStream: true },
      (error, response) => {
        if (error !== null && error !== undefined) resolve({ ...notAnswered(error), ...(isClosed(error) ? { isStale: true } : {}) });
        else readWhole(response as unknown as IncomingMessage, maxBytes, isText).then(resolve, (failure) => resolve(notAnswered(failure)));
      },
    );
  });
  try {
    return await Promise.race([answered, late]);
  } catch (error) {
    return notAnswered(error);
  } finally {
    clearTimeout(timer);
    // A call in flight holds a connection open.
    abort.abort();
  }
}

async function readWhole(response: IncomingMessage, maxBytes: number, isText: boolean): Promise<Answer<unknown>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      response.destroy();
      return { kind: 'failed', because: `Docker's answer is longer than ${bytesInWords(maxBytes)} and was cut off` };
    }
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString();
  const status = response.statusCode ?? 0;
  if (!GOOD.includes(status)) return { kind: 'refused', status, because: truncate(saidIn(parsed(text)), LONGEST_WORDS) };
  return { kind: 'ok', value: isText ? text : parsed(text) };
}

/** The parsed JSON, or the text if it is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Converts the value of an answer; `read` returns null if it has an unexpected shape. */
export function readAs<T>(answer: Answer<unknown>, expected: string, read: (value: unknown) => T | null): Answer<T> {
  if (answer.kind !== 'ok') return answer;
  const value = read(answer.value);
  if (value !== null) return { kind: 'ok', value };
  return { kind: 'failed', because: `Docker did not answer with ${expected}: ${shown(answer.value)}` };
}

interface Failure {
  readonly code?: string;
  readonly syscall?: string;
  readonly message?: string;
}

/** Explains an error of a call. The only files opened for a call are certificates. */
export function notAnswered(error: unknown): Extract<Answer<never>, { kind: 'failed' }> {
  const { code = '', syscall, message = String(error) } = error as Failure;
  const words = syscall === 'open' ? undefined : WORDS[code];
  if (words === undefined) return { kind: 'failed', because: `Docker cannot be reached: ${truncate(message, LONGEST_WORDS)}` };
  return { kind: 'failed', because: words, ...(code === ABSENT ? { isAbsent: true } : {}) };
}

/** The engine closed a kept-alive connection before sending any of the answer. */
const isClosed = (error: unknown): boolean => ['EPIPE', 'ECONNRESET'].includes((error as Failure).code ?? '');

/** The engine's own error message. */
const saidIn = (json: unknown): string =>
  typeof json === 'object' && json !== null && 'message' in json ? String(json.message) : shown(json);

const ABSENT = 'ENOENT';
const WORDS: Readonly<Record<string, string | undefined>> = {
  [ABSENT]: 'Docker is not available: its socket does not exist',
  ECONNREFUSED: 'Docker is not running: nothing answers on its socket',
  EACCES: 'this user may not use Docker: its socket denies access (is the user in the group docker?)',
  EPERM: 'this user may not use Docker: its socket denies access (is the user in the group docker?)',
  ECONNRESET: 'Docker closed the connection in the middle of a call',
};

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value.trim() : (JSON.stringify(value) ?? String(value));
  return truncate(text, LONGEST_WORDS);
}
