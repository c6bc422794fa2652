import type { KeyObject } from 'node:crypto';
import { privateKey, publicBytes } from './signing.ts';

/**
 * Keys of users as NATS writes them: a letter for the kind, the 32 bytes, and a CRC-16 of both, in
 * base32. A seed has the letter S and that of what it is the seed of.
 */
const SEED = 18 << 3;
const USER = 20 << 3;
const CRC_BYTES = 2;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The seed as NATS writes it: a secret. */
export const userSeed = (seed: Buffer): string => written(Buffer.concat([Buffer.from([SEED | (USER >> 5), (USER & 31) << 3]), seed]));

/** The public key as it stands in the configuration of a server. */
export const userKey = (key: KeyObject): string => written(Buffer.concat([Buffer.from([USER]), publicBytes(key)]));

/** The public key of a seed as NATS writes it, or null if it is not the seed of a user. */
export function userKeyOf(text: string): string | null {
  const bytes = read(text);
  if (bytes === null || bytes.length !== 34 || bytes[0] !== (SEED | (USER >> 5)) || bytes[1] !== (USER & 31) << 3) return null;
  return userKey(privateKey(bytes.subarray(2)));
}

function written(bytes: Buffer): string {
  const crc = Buffer.alloc(CRC_BYTES);
  crc.writeUInt16LE(crc16(bytes));
  const bits = [...bytes, ...crc].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (
    bits
      .match(/.{1,5}/g)
      ?.map((five) => ALPHABET[Number.parseInt(five.padEnd(5, '0'), 2)])
      .join('') ?? ''
  );
}

/** The bytes without their checksum, or null if it is wrong. */
function read(text: string): Buffer | null {
  if (!/^[A-Z2-7]{2,128}$/.test(text)) return null;
  const bits = [...text].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const bytes = Buffer.from(bits.match(/.{8}/g)?.map((eight) => Number.parseInt(eight, 2)) ?? []);
  const inner = bytes.subarray(0, -CRC_BYTES);
  return written(inner) === text ? inner : null;
}

/** CRC-16/XMODEM. */
function crc16(bytes: Buffer): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  return crc;
}
