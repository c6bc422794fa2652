import { nkeyAuthenticator } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { userKey, userKeyOf, userSeed } from '../../../src/fleet/member/nkey.ts';
import { newSeed, privateKey } from '../../../src/fleet/member/signing.ts';

// Of the documentation of NATS.
const SEED = 'SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY';
const KEY = 'UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4';

test('a seed has the public key that NATS says', () => {
  expect(userKeyOf(SEED)).toBe(KEY);
});

test('a new seed is one for the client of NATS, with the same key', () => {
  const seed = newSeed();
  const text = userSeed(seed);
  const auth = nkeyAuthenticator(new TextEncoder().encode(text))('nonce');
  expect(auth).toMatchObject({ nkey: userKey(privateKey(seed)) });
  expect(userKeyOf(text)).toBe(userKey(privateKey(seed)));
});

test.each([
  ['nothing', ''],
  ['a public key', KEY],
  ['one with a wrong letter', SEED.replace('K', 'L')],
  ['a shorter one', SEED.slice(0, -1)],
  ['the seed of an account', `SAAP${SEED.slice(4)}`],
  ['one in small letters', SEED.toLowerCase()],
])('%s is not the seed of a user', (_, text) => {
  expect(userKeyOf(text)).toBeNull();
});
