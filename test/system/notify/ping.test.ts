import { expect, test } from 'vitest';
import { parseHttpTarget } from '../../../src/system/notify/channel.ts';
import { ping } from '../../../src/system/notify/ping.ts';
import { deadPort, httpReceiver } from '../../kit/receivers.ts';

const target = (host: string, login = '') => parseHttpTarget(`http://${login}${host}/ping/secret`)!;

test('a ping requests the URL, and nothing else', async () => {
  const { host, posted } = await httpReceiver(200);
  expect(await ping(target(host, 'me:pass@'))).toBeNull();
  expect(posted).toMatchObject([{ method: 'GET', path: '/ping/secret', body: '' }]);
  expect(posted[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:pass').toString('base64')}`);
});

test.each([
  [500, 'it answered 500 Internal Server Error'],
  [302, 'it answered 302 Found'],
])('%i is a failure', async (status, problem) => {
  const other = await httpReceiver(200);
  const { host } = await httpReceiver(status, { Location: `http://${other.host}/` });
  expect(await ping(target(host))).toBe(problem);
  expect(other.posted).toEqual([]);
});

test('no server, or one that does not answer', async () => {
  expect(await ping(target(`127.0.0.1:${await deadPort()}`))).toContain('ECONNREFUSED');
  const { host } = await httpReceiver(null);
  expect(await ping(target(host), 50)).toBe('it did not answer within 0.05 s');
});
