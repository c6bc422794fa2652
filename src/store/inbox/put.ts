import { join } from 'node:path';
import { writeAtomically } from '../../system/file/write-atomically.ts';
import { withRoom } from '../db/database.ts';
import type { Layout } from '../directory/layout.ts';
import { makeRoom } from '../directory/make-room.ts';
import { prepareStateDirectory } from '../directory/prepare.ts';
import type { Request } from './request.ts';

/** The longest request. */
export const REQUEST_BYTES = 1024 * 1024;

/**
 * Puts a request where the watchdog finds it: flushed to disk, complete or not at all, for this
 * user only. Throws StoreError.
 */
export function putRequest(where: Layout, request: Request): void {
  const text = JSON.stringify(request);
  if (Buffer.byteLength(text) > REQUEST_BYTES)
    throw new Error(`the request is too long: expected at most ${REQUEST_BYTES} bytes, got ${Buffer.byteLength(text)}. Shorten the prompt`);
  prepareStateDirectory(where);
  const name = requestFile(request.id);
  withRoom(
    where.inbox,
    () => makeRoom(where),
    () => writeAtomically(join(where.inbox, name), text),
  );
}

/**
 * Sorted by name, requests are in the order in which they were put: by wall clock, then by time
 * since boot.
 */
const requestFile = (id: string): string =>
  `${String(Date.now()).padStart(15, '0')}-${String(process.hrtime.bigint()).padStart(20, '0')}-${id}.json`;
