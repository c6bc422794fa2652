import { describe, expect, test } from 'vitest';
import { send } from '../../../src/system/notify/send.ts';
import { channelOf, messageAbout } from '../../kit/channels.ts';
import { deadPort, httpReceiver } from '../../kit/receivers.ts';

const message = messageAbout();

/** What a receiver of this kind got, after accepting it. */
async function received(url: (host: string) => string, about = message) {
  const { host, posted } = await httpReceiver(200);
  expect(await send(channelOf(url(host)), about)).toEqual({ kind: 'accepted' });
  expect(posted).toHaveLength(1);
  return posted[0]!;
}

describe('each kind of receiver gets what it understands', () => {
  test('a webhook: the document, with a key against duplicates', async () => {
    const { method, path, headers, body } = await received((host) => `http://${host}/hook/secret?token=x`);
    expect([method, path]).toEqual(['POST', '/hook/secret?token=x']);
    expect(JSON.parse(body)).toEqual(message.document);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'idempotency-key': message.key,
      'x-dogwatch-notice-id': message.noticeId,
      'user-agent': 'dogwatch',
    });
    expect(headers).not.toHaveProperty('authorization');
  });

  test.each([
    ['user:p%40ss@', `Basic ${Buffer.from('user:p@ss').toString('base64')}`],
    [':tk_abc@', 'Bearer tk_abc'],
  ])('user and password of a URL go into a header: %s', async (login, authorization) => {
    const { headers, path } = await received((host) => `http+json://${login}${host}/hook`);
    expect([headers.authorization, path]).toEqual([authorization, '/hook']);
  });

  test('Slack: a text that mentions nobody', async () => {
    const { body } = await received((host) => `slack+http://${host}/services/T/B/x`, messageAbout({ sentence: 'see <!channel> & <@U1>' }));
    const { text, ...rest } = JSON.parse(body);
    expect(rest).toEqual({});
    expect(text).toContain('*upgrade: it needs a person*\nsee &lt;!channel&gt; &amp; &lt;@U1&gt;\n');
  });

  test('Discord: a text of at most 2,000 characters that mentions nobody', async () => {
    const long = messageAbout({ lastLines: Array(20).fill(`@everyone ${'*'.repeat(190)}`) });
    const { body } = await received((host) => `discord+http://${host}/api/webhooks/1/x`, long);
    const { content, allowed_mentions } = JSON.parse(body);
    expect(allowed_mentions).toEqual({ parse: [] });
    expect(content).toMatch(/^\*\*upgrade: it needs a person\*\*\n/);
    expect(content.length).toBe(2000);
  });

  test.each([
    ['', undefined],
    [':tk_abc@', 'Bearer tk_abc'],
  ])('ntfy: JSON at the root, with the topic and a title that is not ASCII (login %j)', async (login, authorization) => {
    const { headers, body, path } = await received(
      (host) => `ntfy+http://${login}${host}/my-topic?up=1`,
      messageAbout({ subject: 'es braucht … dich 🐕' }),
    );
    expect([path, headers.authorization, headers['content-type']]).toEqual(['/?up=1', authorization, 'application/json']);
    expect(headers).not.toHaveProperty('title');
    expect(JSON.parse(body)).toEqual({
      topic: 'my-topic',
      title: 'upgrade: es braucht … dich 🐕',
      message: expect.stringContaining('What to type next:'),
      priority: 4,
      tags: ['warning'],
    });
  });

  test.each([
    ['ä', 'wide letters'],
    ['"', 'what JSON escapes'],
    ['🚀', 'surrogate pairs'],
  ])('ntfy: no more than it takes as a text: %s (%s)', async (character) => {
    const long = messageAbout({ lastLines: Array(20).fill(character.repeat(200)) });
    const { body } = await received((host) => `ntfy+http://${host}/topic`, long);
    const { message } = JSON.parse(body);
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(4096);
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(2 * 4096);
    expect(message).toMatch(new RegExp(`${character}…$`, 'u'));
    expect(message.isWellFormed()).toBe(true);
  });
});

describe('the result', () => {
  test.each<[number, boolean]>([
    [400, false],
    [401, false],
    [404, false],
    [408, true],
    [429, true],
    [500, true],
    [503, true],
  ])('%i', async (status, isRetryable) => {
    const { host } = await httpReceiver(status);
    expect(await send(channelOf(`http://${host}/x`), message)).toEqual({
      kind: 'refused',
      because: expect.stringMatching(`^it answered ${status} \\w`),
      isRetryable,
    });
  });

  test('an answer without a body is fine', async () => {
    const { host } = await httpReceiver(204);
    expect(await send(channelOf(`discord+http://${host}/x`), message)).toEqual({ kind: 'accepted' });
  });

  test('a redirect is not followed: the message is only for the configured receiver', async () => {
    const other = await httpReceiver(200);
    const { host } = await httpReceiver(307, { Location: `http://${other.host}/elsewhere` });
    expect(await send(channelOf(`http://${host}/x`), message)).toMatchObject({ kind: 'refused', isRetryable: false });
    expect(other.posted).toEqual([]);
  });

  test('no server is listening', async () => {
    const because = expect.stringContaining('ECONNREFUSED');
    expect(await send(channelOf(`http://127.0.0.1:${await deadPort()}/x`), message)).toEqual({
      kind: 'refused',
      because,
      isRetryable: true,
    });
  });

  test('no answer within the deadline', async () => {
    const { host } = await httpReceiver(null);
    expect(await send(channelOf(`http://${host}/x`), message, 50)).toEqual({
      kind: 'refused',
      because: 'it did not answer within 0.05 s',
      isRetryable: true,
    });
  });
});

test('a message is never too long to be sent', async () => {
  const wide = '\uFFFD'.repeat(1000);
  const all = {
    sentence: wide,
    subject: wide,
    tried: Array(50).fill(wide),
    lastLines: Array(50).fill(wide),
    commands: Array(50).fill(wide),
  };
  const runs = Array.from({ length: 2000 }, (_, index) => ({ id: `${index}`, name: '\uFFFD'.repeat(200) }));
  for (const kind of ['http', 'slack+http', 'discord+http', 'ntfy+http'])
    await received((host) => `${kind}://${host}/x`, messageAbout({ ...all, runs }));
});
