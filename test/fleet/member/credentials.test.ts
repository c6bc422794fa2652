import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newCredentials, readCredentials, thisMachine, writeCredentials } from '../../../src/fleet/member/credentials.ts';
import { MemberError } from '../../../src/fleet/member/error.ts';
import { memberFrom } from '../../../src/fleet/member/member.ts';
import { invited } from '../../kit/fleet/invited.ts';

let directory = '';
let path = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dogwatch-credentials-'));
  path = join(directory, 'fleet/credentials.json');
});
afterEach(() => rmSync(directory, { recursive: true }));

const thrown = (act: () => unknown): unknown => {
  try {
    act();
    return null;
  } catch (error) {
    return error;
  }
};
const settings = (more: object = {}) => ({ fleetUrls: [], fleetLabels: [], fleetCredentials: path, ...more });

test('credentials are for this user only, and are read as they were written', () => {
  const credentials = newCredentials(invited());
  writeCredentials(path, credentials);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(directory, 'fleet')).mode & 0o777).toBe(0o700);
  expect(readCredentials(path)).toMatchObject(credentials);
});

test('two hosts with one invitation differ', () => {
  const invitation = invited();
  expect(newCredentials(invitation).id).not.toBe(newCredentials(invitation).id);
});

test('what is set goes before what the invitation says', () => {
  writeCredentials(path, newCredentials(invited()));
  expect(memberFrom(settings())).toMatchObject({ host: 'ci-3', fleet: 'build', urls: ['nats://127.0.0.1:4222'], labels: ['gpu'] });
  const set = { fleetUrls: ['nats://b:4222'], fleetLabels: ['large'] };
  expect(memberFrom(settings(set))).toMatchObject({ urls: ['nats://b:4222'], labels: ['large'] });
});

describe('credentials that cannot be used', () => {
  test('there are none', () => {
    expect(readCredentials(path)).toBeNull();
    expect(thrown(() => memberFrom(settings()))).toMatchObject({
      kind: 'missing',
      message: expect.stringContaining('dogwatch fleet join'),
    });
  });

  test.each([0o640, 0o604, 0o666])('other users may read them: %o', (mode) => {
    writeCredentials(path, newCredentials(invited()));
    chmodSync(path, mode);
    expect(thrown(() => readCredentials(path))).toMatchObject({
      kind: 'open',
      why: { remedy: expect.stringContaining(`chmod 600 ${path}`) },
    });
  });

  test('systemd hands them over in its own way', () => {
    writeCredentials(path, newCredentials(invited()));
    chmodSync(path, 0o440);
    expect(readCredentials(path, { CREDENTIALS_DIRECTORY: join(directory, 'fleet') })).toMatchObject({ host: 'ci-3' });
    expect(thrown(() => readCredentials(path, { CREDENTIALS_DIRECTORY: directory }))).toBeInstanceOf(MemberError);
  });

  test.each([
    ['not JSON', 'SUASECRET', 'not JSON'],
    ['not an object', '7', 'not JSON'],
    ['of another version', '{"v":2}', 'another version'],
    ['without a host', '{"v":1,"natsSeed":"SUASECRET"}', 'name of the fleet'],
  ])('they are %s, and no part of them is shown', (_, text, got) => {
    writeCredentials(path, newCredentials(invited()));
    writeFileSync(path, text);
    const error = thrown(() => readCredentials(path));
    expect(error).toMatchObject({ kind: 'damaged', message: expect.stringContaining(got) });
    expect(String(error)).not.toContain('SECRET');
  });

  test('their id is missing', () => {
    const { id: _, ...without } = newCredentials(invited());
    writeCredentials(path, without as never);
    expect(thrown(() => readCredentials(path))).toMatchObject({ kind: 'damaged' });
  });
});

test("a machine's id is not shown", () => {
  const file = join(directory, 'machine-id');
  writeFileSync(file, '0123456789abcdef0123456789abcdef\n');
  expect(thisMachine(file)).toMatch(/^[0-9a-f]{32}$/);
  expect(thisMachine(file)).not.toBe('0123456789abcdef0123456789abcdef');
  writeFileSync(file, 'uninitialized\n');
  expect([thisMachine(file), thisMachine(join(directory, 'none'))]).toEqual([null, null]);
});
