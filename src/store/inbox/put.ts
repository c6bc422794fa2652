import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withRoom } from '../db/database.ts';
import type { Layout } from '../directory/layout.ts';
import { makeRoom } from '../directory/make-room.ts';
import { prepareStateDirectory } from '../directory/prepare.ts';
import { syncToDisk } from '../directory/sync-to-disk.ts';
import type { Request } from './request.ts';

/** A request is never longer. */
export const REQUEST_BYTES = 1024 * 1024;
/** Names of files that are still being written begin with this. */
export const UNFINISHED = '.';

/** Puts a request where the watchdog finds it: on the disk, whole or not at all, for this user only. Throws StoreError. */
export function putRequest(where: Layout, request: Request): void {
  const text = JSON.stringify(request);
  if (Buffer.byteLength(text) > REQUEST_BYTES)
    throw new Error(`the request is too long: expected at most ${REQUEST_BYTES} bytes, got ${Buffer.byteLength(text)}. Shorten the prompt`);
  prepareStateDirectory(where);
  const name = requestFile(request.id);
  const unfinished = join(where.inbox, `${UNFINISHED}${name}`);
  withRoom(
    where.inbox,
    () => makeRoom(where),
    () => {
      try {
        writeFileSync(unfinished, text, { mode: 0o600, flag: 'wx', flush: true });
        renameSync(unfinished, join(where.inbox, name));
        syncToDisk(where.inbox);
      } catch (error) {
        rmSync(unfinished, { force: true });
        throw error;
      }
    },
  );
}

/** Sorted by name, requests are in the order in which they were put: by the clock, then by the time since boot. */
const requestFile = (id: string): string =>
  `${String(Date.now()).padStart(15, '0')}-${String(process.hrtime.bigint()).padStart(20, '0')}-${id}.json`;
