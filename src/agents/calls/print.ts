import { hash } from 'node:crypto';
import type { Print } from '../../core/calls/call.ts';

/** Longer texts are compared by their ends first: hashing all of each would take too long. */
const EDGE_LENGTH = 256;
const HASH_LENGTH = 12;

/** The input or result is not in the event, so nothing can be compared with it. */
export const UNSEEN: Print = { print: '' };

/**
 * The hashes of a text and a short part beside it. `looksFamiliar` tells whether a long one with
 * this print came shortly before: only then all of it is hashed.
 */
export function printOf(text: string, part: string, looksFamiliar: (print: string) => boolean): Print {
  if (text.length <= 2 * EDGE_LENGTH) return { print: shortHash(`${part} ${text}`) };
  const print = shortHash(`${part} ${text.length} ${text.slice(0, EDGE_LENGTH)}${text.slice(-EDGE_LENGTH)}`);
  return looksFamiliar(print) ? { print, full: shortHash(text) } : { print };
}

/** OpenSSL takes less time than a hash in JavaScript, also for short texts. */
const shortHash = (text: string): string => hash('sha1', text, 'base64url').slice(0, HASH_LENGTH);
