import { expect, test } from 'vitest';
import { accountsFile } from '../../../src/fleet/admin/accounts.ts';
import { hostPermissions } from '../../../src/fleet/admin/permissions.ts';

const FILE = {
  fleet: 'build',
  admin: { hosts: 'UADMIN1', ops: 'UADMIN2' },
  operators: [{ name: 'jo', nkey: 'UJO' }],
  hosts: [{ name: 'build.3', nkey: 'UHOST', labels: [] }],
};

test('no wildcard stands for a part of a word, which a server would take as it is', () => {
  const { publish, subscribe } = hostPermissions('ci-3', ['gpu']);
  const tokens = [...publish, ...subscribe].flatMap((subject) => subject.split('.'));
  expect(tokens.filter((token) => token.length > 1 && /[*>]/.test(token))).toEqual([]);
});

test('a name with a dot is one token', () => {
  expect(hostPermissions('build.3', []).publish).toContain('$KV.dw_hosts.build_2e3');
});

test('a host may name no subject of another host', () => {
  const mine = hostPermissions('h1', []).publish;
  const own = mine.filter((subject) => /\bh1\b/.test(subject));
  expect(own).toHaveLength(8);
  expect(hostPermissions('h2', []).publish.filter((subject) => own.includes(subject))).toEqual([]);
});

test('without labels a host may write no place', () => {
  expect(hostPermissions('h1', []).publish.filter((subject) => subject.includes('dw_place.'))).toEqual(
    [
      '$JS.API.DIRECT.GET.KV_dw_place.>',
      '$JS.API.CONSUMER.CREATE.KV_dw_place.>',
      '$JS.API.CONSUMER.INFO.KV_dw_place.>',
      '$JS.API.CONSUMER.DELETE.KV_dw_place.>',
    ].filter((subject) => subject.includes('dw_place.')),
  );
});

test('the accounts have a user for each key, and no secret', () => {
  const text = accountsFile(FILE);
  for (const key of ['UADMIN1', 'UADMIN2', 'UJO', 'UHOST']) expect(text.split(key)).toHaveLength(2);
  expect(text.indexOf('UHOST')).toBeLessThan(text.indexOf('OPS {'));
  expect(text.indexOf('UJO')).toBeGreaterThan(text.indexOf('OPS {'));
});
