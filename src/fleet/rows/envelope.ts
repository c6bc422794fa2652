import { GONE, type Posted } from '../../core/fleet/outbox.ts';
import type { Bucket } from '../engine.ts';

/** A row as its host posted it. */
export interface Opened extends Posted {
  /** The host's signature of `signedText`, or null if it has none. */
  readonly signature: string | null;
}

export interface Addressed extends Posted {
  readonly fleet: string;
  readonly bucket: Bucket;
  readonly key: string;
}

/** What a host signs of a row: no other row, and no other fleet, can be given this signature. */
export const signedText = ({ fleet, bucket, key, number, document }: Addressed): string =>
  ['dogwatch row 1', fleet, bucket, key, String(number), document].join('\n');

/** The text of a row. Its document is JSON as `JSON.stringify` writes it, or `GONE`. */
export const sealed = ({ number, document }: Posted, signature: string | null): string =>
  `{"number":${number},"document":${document === GONE ? 'null' : document}${signature === null ? '' : `,"sig":${JSON.stringify(signature)}`}}`;

/** Reads the text of a row, or returns null if it is of something else. */
export function opened(text: string): Opened | null {
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read !== 'object' || read === null) return null;
    const { number, document, sig } = read as { number?: unknown; document?: unknown; sig?: unknown };
    if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0 || typeof document !== 'object') return null;
    return { number, document: document === null ? GONE : JSON.stringify(document), signature: typeof sig === 'string' ? sig : null };
  } catch {
    return null;
  }
}
