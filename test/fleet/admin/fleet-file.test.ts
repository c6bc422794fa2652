import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newFleet, readFleet, withHost, withoutHost, writeFleet } from '../../../src/fleet/admin/fleet-file.ts';

let directory = '';
beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'dogwatch-fleet-')), 'admin');
});
afterEach(() => rmSync(join(directory, '..'), { recursive: true }));

const URLS = ['nats://a:4222', 'nats://b:4222', 'nats://c:4222'];

test('a fleet is read as it was written, and its keys are for its user only', () => {
  const { fleet } = withHost(newFleet('build', URLS, 3), 'ci-3', ['gpu'], true);
  writeFleet(directory, fleet);
  expect(readFleet(directory)).toMatchObject(fleet);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(statSync(join(directory, 'fleet.json')).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(directory, '.gitignore'), 'utf8')).toBe('*\n');
  chmodSync(join(directory, 'fleet.json'), 0o644);
  expect(() => readFleet(directory)).toThrow('chmod 600');
});

test('there is none', () => {
  expect(readFleet(directory)).toBeNull();
});

test.each([
  ['not JSON', '{'],
  ['of another version', '{"v":2}'],
  ['without its keys', '{"v":1,"fleet":"build"}'],
])('a file that is %s is refused, and left as it is', (_, text) => {
  writeFleet(directory, newFleet('build', URLS, null));
  writeFileSync(join(directory, 'fleet.json'), text);
  expect(() => readFleet(directory)).toThrow('expected the keys of a fleet');
  expect(readFileSync(join(directory, 'fleet.json'), 'utf8')).toBe(text);
});

test('no secret of a host stays with the administrator, and none of any is in what the servers get', () => {
  const { fleet, invitation } = withHost(newFleet('build', URLS, null), 'ci-3', [], false);
  writeFleet(directory, fleet);
  const mine = readFileSync(join(directory, 'fleet.json'), 'utf8');
  for (const secret of [invitation.natsSeed, invitation.signingSeed]) expect(mine).not.toContain(secret);
  const theirs = ['accounts.conf', 'nats-a.conf', 'nats-b.conf', 'nats-c.conf']
    .map((name) => readFileSync(join(directory, name), 'utf8'))
    .join('');
  const { admin, rootSeed, operators } = fleet;
  for (const secret of [admin.hosts.seed, admin.ops.seed, rootSeed, ...operators.flatMap((one) => [one.natsSeed, one.signingSeed])])
    expect(theirs).not.toContain(secret);
});

test('each server has a configuration of its own, in one cluster, which is not written over', () => {
  const fleet = newFleet('build', URLS, null);
  writeFleet(directory, fleet);
  const text = readFileSync(join(directory, 'nats-b.conf'), 'utf8');
  expect(text).toContain('server_name: "b"');
  expect(text).toContain('sync_interval: always');
  for (const host of ['a', 'b', 'c']) expect(text).toContain(`nats-route://${host}:6222`);
  writeFileSync(join(directory, 'nats-b.conf'), 'mine');
  writeFleet(directory, fleet);
  expect(readFileSync(join(directory, 'nats-b.conf'), 'utf8')).toBe('mine');
  expect(existsSync(join(directory, 'nats-c.conf'))).toBe(true);
});

test('a host that is invited again has new keys, and one place', () => {
  const first = withHost(newFleet('build', URLS, null), 'ci-3', [], false);
  const second = withHost(first.fleet, 'ci-3', ['gpu'], false);
  expect(second.fleet.hosts).toHaveLength(1);
  expect(second.fleet.hosts[0]?.nkey).not.toBe(first.fleet.hosts[0]?.nkey);
  expect(withoutHost(second.fleet, 'ci-3').hosts).toEqual([]);
});
