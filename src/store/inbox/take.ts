import { closeSync, constants, fstatSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { prettifyError } from 'zod/mini';
import { errorMessage } from '../../core/values/error-message.ts';
import { UNFINISHED } from '../../system/file/write-atomically.ts';
import type { Layout } from '../directory/layout.ts';
import { REQUEST_BYTES } from './put.ts';
import type { Request } from './request.ts';
import { requestSchema } from './schema.ts';

export interface TakenRequest {
  readonly file: string;
  readonly request: Request;
}

export interface Taken {
  readonly requests: readonly TakenRequest[];
  /** What was put aside instead of carried out, in words. */
  readonly refused: readonly string[];
}

/** Requests read in one go. */
const REQUESTS_AT_ONCE = 256;
/** Refused requests are kept for inspection; beyond this number, the oldest are removed. */
const REFUSED_KEPT = 100;
/** A file still unfinished after this was left by a command that died. */
const UNFINISHED_KEPT_MS = 3_600_000;

/**
 * Returns the waiting requests, oldest first. They stay until `removeRequest`; a file that is not a
 * request is put aside. Throws if the inbox itself can't be read.
 */
export function takeRequests(where: Layout): Taken {
  const names = namesIn(where.inbox).filter((name) => name !== REFUSED);
  for (const name of names) if (name.startsWith(UNFINISHED)) sweep(join(where.inbox, name));
  const waiting = names.filter((name) => !name.startsWith(UNFINISHED)).sort();
  const requests: TakenRequest[] = [];
  const refused: string[] = [];
  for (const name of waiting.slice(0, REQUESTS_AT_ONCE)) {
    const file = join(where.inbox, name);
    const read = readRequest(file);
    if (read.kind === 'request') requests.push({ file, request: read.request });
    if (read.kind === 'no-request') refused.push(`${name} was put aside: ${putAside(where, name, read.because)}`);
  }
  return { requests, refused };
}

function namesIn(inbox: string): readonly string[] {
  try {
    return readdirSync(inbox);
  } catch (error) {
    if (!isAbsent(error)) throw error;
    mkdirSync(inbox, { recursive: true, mode: 0o700 });
    return [];
  }
}

/** To be called once its answer is recorded. */
export const removeRequest = (file: string): void => rmSync(file, { force: true });

const REFUSED = 'refused';

type Read =
  | { readonly kind: 'request'; readonly request: Request }
  | { readonly kind: 'no-request'; readonly because: string }
  | { readonly kind: 'gone' };

function readRequest(file: string): Read {
  try {
    // Neither a link nor a pipe may mislead or block the watchdog.
    const fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = fstatSync(fd);
      const { size, uid } = stats;
      if (!stats.isFile()) return no('it is not a file');
      if (uid !== process.getuid?.()) return no(`it belongs to user ${uid}`);
      if (size > REQUEST_BYTES) return no(`it is longer than ${REQUEST_BYTES} bytes`);
      const checked = requestSchema.safeParse(JSON.parse(readFileSync(fd, 'utf8')));
      return checked.success ? { kind: 'request', request: checked.data } : no(prettifyError(checked.error).replaceAll('\n', ' '));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (isAbsent(error)) return { kind: 'gone' };
    return no(errorMessage(error));
  }
}

const isAbsent = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

const no = (because: string): Read => ({ kind: 'no-request', because });

function putAside(where: Layout, name: string, because: string): string {
  const aside = join(where.inbox, REFUSED);
  try {
    mkdirSync(aside, { recursive: true, mode: 0o700 });
    renameSync(join(where.inbox, name), join(aside, name));
    const kept = readdirSync(aside).sort();
    for (const old of kept.slice(0, Math.max(0, kept.length - REFUSED_KEPT))) rmSync(join(aside, old), { recursive: true, force: true });
    return because;
  } catch (error) {
    return `${because}; and it can't be moved to ${aside}: ${errorMessage(error)}`;
  }
}

function sweep(file: string): void {
  const { mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? { mtimeMs: Number.POSITIVE_INFINITY };
  if (Date.now() - mtimeMs > UNFINISHED_KEPT_MS) rmSync(file, { recursive: true, force: true });
}
