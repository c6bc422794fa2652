import type Docker from 'dockerode';

/** What came of a question to an engine. `refused`: the engine answered, and said no; `failed`: it could not be asked. */
export type Answer<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'refused'; readonly status: number; readonly because: string }
  | { readonly kind: 'failed'; readonly because: string; readonly isLate?: true };

export interface Question {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | boolean | Readonly<Record<string, readonly string[]>>>>;
  readonly deadlineMs: number;
}

/** The engine's good answers; every other is an error with the engine's words. */
const GOOD = { 200: true, 201: true, 204: true };
const LONGEST_WORDS = 300;

/** Asks an engine. Never throws and never waits for longer than the deadline: the package itself waits for ever when a connection dies in the middle of an answer. */
export async function askDocker(client: Docker, { method, path, query = {}, deadlineMs }: Question): Promise<Answer<unknown>> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Answer<never>>((resolve) => {
    timer = setTimeout(
      () => resolve({ kind: 'failed', because: `Docker gave no answer within ${deadlineMs} ms`, isLate: true }),
      deadlineMs,
    );
  });
  const answered = new Promise<Answer<unknown>>((resolve) => {
    const settle = (error: unknown, value: unknown) =>
      resolve(error === null || error === undefined ? { kind: 'ok', value } : notAnswered(error));
    client.modem.dial(
      { method, path: `${path}?`, options: { _query: query, _body: {} }, abortSignal: abort.signal, statusCodes: GOOD },
      settle,
    );
  });
  try {
    return await Promise.race([answered, late]);
  } catch (error) {
    return notAnswered(error);
  } finally {
    clearTimeout(timer);
    // What is still under way holds a connection open.
    abort.abort();
  }
}

/** The answer as what it should be; `read` gives null where it is something else. */
export function readAs<T>(answer: Answer<unknown>, expected: string, read: (value: unknown) => T | null): Answer<T> {
  if (answer.kind !== 'ok') return answer;
  const value = read(answer.value);
  if (value !== null) return { kind: 'ok', value };
  return { kind: 'failed', because: `Docker did not answer with ${expected}: ${shown(answer.value)}` };
}

interface Failure {
  readonly code?: string;
  readonly syscall?: string;
  readonly statusCode?: number;
  readonly json?: unknown;
  readonly message?: string;
}

/** What an error of a call means, in words. The files that are opened for it are certificates. */
export function notAnswered(error: unknown): Extract<Answer<never>, { kind: 'refused' | 'failed' }> {
  const { code, syscall, statusCode, json, message = String(error) } = error as Failure;
  if (statusCode !== undefined) {
    return { kind: 'refused', status: statusCode, because: saidIn(json) ?? message.trim().slice(0, LONGEST_WORDS) };
  }
  return {
    kind: 'failed',
    because: (syscall === 'open' ? null : WORDS[code ?? '']) ?? `Docker can't be asked: ${message.slice(0, LONGEST_WORDS)}`,
  };
}

/** The engine's own words; null: it said none. */
function saidIn(json: unknown): string | null {
  if (json === null || json === undefined) return null;
  return typeof json === 'object' && 'message' in json ? String(json.message) : shown(json);
}

/** What is said where Docker is not installed, or never ran. */
export const DOCKER_ABSENT = 'Docker is not there: its socket does not exist';

const WORDS: Readonly<Record<string, string | undefined>> = {
  ENOENT: DOCKER_ABSENT,
  ECONNREFUSED: 'Docker does not run: nobody answers on its socket',
  EACCES: 'this user may not ask Docker: its socket refuses (is the user in the group docker?)',
  EPERM: 'this user may not ask Docker: its socket refuses (is the user in the group docker?)',
  ECONNRESET: 'Docker ended the connection in the middle of a call',
};

function shown(value: unknown): string {
  const text = Buffer.isBuffer(value) ? value.toString('utf8', 0, LONGEST_WORDS) : (JSON.stringify(value) ?? String(value));
  return text.slice(0, LONGEST_WORDS);
}
