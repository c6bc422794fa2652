import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { errorMessage } from '../core/values/error-message.ts';

/** Size of the file, which is reserved once and then only overwritten. */
export const SNAPSHOT_FILE_BYTES = 256 * 1024;
/** Two slots, written in turn: a torn write leaves the other one intact. */
const SLOT_BYTES = SNAPSHOT_FILE_BYTES / 2;
/** Checksum of the rest (4 bytes), length of the text (4), number of the write (8). */
const HEADER_BYTES = 16;
/** The longest text that fits, in bytes of UTF-8. */
export const SNAPSHOT_TEXT_BYTES = SLOT_BYTES - HEADER_BYTES;

/**
 * Keeps a text where it can be written and read even on a full disk. Returns what went wrong, or
 * null if nothing did.
 */
export function writeSnapshot(path: string, text: string): string | null {
  const bytes = Buffer.from(text);
  if (bytes.length > SNAPSHOT_TEXT_BYTES)
    throw new Error(`the snapshot is too long: expected at most ${SNAPSHOT_TEXT_BYTES} bytes, got ${bytes.length}`);
  try {
    const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
    try {
      if (fstatSync(fd).size !== SNAPSHOT_FILE_BYTES) reserve(fd);
      const [first, second] = [readSlot(fd, 0), readSlot(fd, 1)];
      const newest = (first?.number ?? 0n) > (second?.number ?? 0n) ? 0 : 1;
      const number = ((newest === 0 ? first : second)?.number ?? 0n) + 1n;
      writeWhole(fd, slot(number, bytes), (1 - newest) * SLOT_BYTES);
    } finally {
      closeSync(fd);
    }
    return null;
  } catch (error) {
    return `the snapshot ${path} can't be written: ${errorMessage(error)}`;
  }
}

/** Returns the newest completely written text, or null if there is none. */
export function readSnapshot(path: string): string | null {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const [first, second] = [readSlot(fd, 0), readSlot(fd, 1)];
      const newest = (first?.number ?? 0n) > (second?.number ?? 0n) ? first : second;
      return newest?.text ?? null;
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
}

/**
 * Returns the highest attempt of each run in the snapshot, by run id; empty if there is no
 * snapshot.
 */
export function picturedAttempts(path: string): ReadonlyMap<string, number> {
  const text = readSnapshot(path);
  if (text === null) return new Map();
  const { runs } = JSON.parse(text) as { readonly runs: readonly { readonly id: string; readonly attempts: number }[] };
  return new Map(runs.map(({ id, attempts }) => [id, attempts]));
}

/** Zeros, not a hole: a hole would need room later. */
function reserve(fd: number): void {
  ftruncateSync(fd, 0);
  writeWhole(fd, Buffer.alloc(SNAPSHOT_FILE_BYTES), 0);
}

/** On a disk that fills up, a write may be short without an error. */
function writeWhole(fd: number, bytes: Buffer, position: number): void {
  const written = writeSync(fd, bytes, 0, bytes.length, position);
  if (written !== bytes.length) throw new Error(`no space left: ${written} of ${bytes.length} bytes were written`);
}

function slot(number: bigint, text: Buffer): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + text.length);
  bytes.writeUInt32LE(text.length, 4);
  bytes.writeBigUInt64LE(number, 8);
  text.copy(bytes, HEADER_BYTES);
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
  return bytes;
}

function readSlot(fd: number, index: 0 | 1): { number: bigint; text: string } | null {
  const bytes = Buffer.alloc(SLOT_BYTES);
  const read = readSync(fd, bytes, 0, SLOT_BYTES, index * SLOT_BYTES);
  if (read < HEADER_BYTES) return null;
  const end = HEADER_BYTES + bytes.readUInt32LE(4);
  if (end > read || bytes.readUInt32LE(0) !== crc32(bytes.subarray(4, end))) return null;
  return { number: bytes.readBigUInt64LE(8), text: bytes.toString('utf8', HEADER_BYTES, end) };
}
