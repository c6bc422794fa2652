import { expect, test } from 'vitest';
import { isSignedBy, newSeed, privateKey, publicText, signatureOf } from '../../../src/fleet/member/signing.ts';

test('a signature is of one text and one key', () => {
  const key = privateKey(newSeed());
  const signature = signatureOf(key, 'stop');
  expect(isSignedBy(publicText(key), 'stop', signature)).toBe(true);
  expect(isSignedBy(publicText(key), 'stop ', signature)).toBe(false);
  expect(isSignedBy(publicText(privateKey(newSeed())), 'stop', signature)).toBe(false);
  for (const wrong of ['', 'x', signature.slice(4)]) expect(isSignedBy(publicText(key), 'stop', wrong)).toBe(false);
  for (const wrong of ['', 'x', publicText(key).slice(4)]) expect(isSignedBy(wrong, 'stop', signature)).toBe(false);
});

test('a private key does not show itself', () => {
  const seed = newSeed();
  const key = privateKey(seed);
  expect(`${JSON.stringify(key)} ${String(key)}`).not.toContain(seed.toString('base64url'));
});
