import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign, verify } from 'node:crypto';

/**
 * Keys are Ed25519. A private key is kept as its seed of 32 bytes, in base64url like a public key.
 */
const SEED_BYTES = 32;
/**
 * What stands before the 32 bytes in DER: of a private key in PKCS #8, and of a public one in SPKI.
 */
const PRIVATE = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC = Buffer.from('302a300506032b6570032100', 'hex');

export const newSeed = (): Buffer => randomBytes(SEED_BYTES);

/** The private key of a seed. Printed or logged, it does not show itself. */
export function privateKey(seed: Buffer): KeyObject {
  if (seed.length !== SEED_BYTES) throw new Error(`expected ${SEED_BYTES} bytes as a seed, got ${seed.length}`);
  return createPrivateKey({ key: Buffer.concat([PRIVATE, seed]), format: 'der', type: 'pkcs8' });
}

/** The 32 bytes of the public key that belongs to a private one. */
export const publicBytes = (key: KeyObject): Buffer => createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(PUBLIC.length);

export const publicText = (key: KeyObject): string => publicBytes(key).toString('base64url');

/** The signature of exactly this text. */
export const signatureOf = (key: KeyObject, text: string): string => sign(null, Buffer.from(text), key).toString('base64url');

/** The public key of this text, or null if it is none. */
export function publicKey(text: string): KeyObject | null {
  const raw = Buffer.from(text, 'base64url');
  if (raw.length !== SEED_BYTES) return null;
  try {
    return createPublicKey({ key: Buffer.concat([PUBLIC, raw]), format: 'der', type: 'spki' });
  } catch {
    return null;
  }
}

/**
 * Whether the owner of this public key signed exactly this text. Whatever is no key or signature
 * did not.
 */
export function isSignedBy(key: string | KeyObject, text: string, signature: string): boolean {
  const its = typeof key === 'string' ? publicKey(key) : key;
  if (its === null) return false;
  try {
    return verify(null, Buffer.from(text), its, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}
