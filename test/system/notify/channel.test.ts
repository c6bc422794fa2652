import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseChannels, parseHttpTarget, secretsOf, shownChannels, shownUrl } from '../../../src/system/notify/channel.ts';

const names = (text: string) => parseChannels(text)?.map(({ name }) => name);

describe('a setting with channels', () => {
  test.each<[string, string[]]>([
    ['', []],
    [' , ', []],
    ['exec:/opt/notify', ['exec:/opt/notify']],
    ['exec:/opt/notify,https://hooks.example.org/a/b', ['exec:/opt/notify', 'https://hooks.example.org']],
    ['https://h/x?a=1,2 ,\n slack+https://hooks.slack.com/services/T/B/x', ['https://h', 'slack+https://hooks.slack.com']],
    ['ntfy://:tk_1@ntfy.sh/topic discord+https://discord.com/api/webhooks/1/x', ['ntfy://ntfy.sh', 'discord+https://discord.com']],
    ['smtp://u:p@mail:2525/?to=a@x.org,b@y.org&from=c@z.org, https+json://h:8443/x', ['smtp://mail:2525', 'https+json://h:8443']],
    ['ntfy://h/one ntfy://h/two ntfy://h/three', ['ntfy://h', 'ntfy://h (2)', 'ntfy://h (3)']],
  ])('%j', (text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  test.each([
    'exec:relative',
    'exec:',
    '/opt/notify',
    'https:/one-slash',
    'https://',
    'htps://hooks.example.org',
    'ntfy://host',
    'ntfy://host/a/b',
    'smtp://mail/?from=a@x.org',
    'smtp://mail/?to=a@x.org',
    'smtp://mail/?to=nobody&from=a@x.org',
    'smtp://mail/?to=a@x.org%0ABcc:b@x.org&from=a@x.org',
    'https://h/%zz https://u:%zz@h/',
    'https://good.example.org nonsense',
  ])('%j is none', (text) => {
    expect(parseChannels(text)).toBeNull();
  });

  test('a mail server: port, TLS, login, and recipients', () => {
    expect(parseChannels('smtps://a%40x.org:p%2Fw@mail/?to=ops+1@x.org')).toEqual([
      {
        kind: 'smtp',
        name: 'smtps://mail',
        host: 'mail',
        port: 465,
        isSecure: true,
        login: { user: 'a@x.org', password: 'p/w' },
        from: 'a@x.org',
        to: 'ops+1@x.org',
      },
    ]);
  });

  test('a webhook: user and password are removed from the URL', () => {
    expect(parseHttpTarget('https://u:p@h:8443/x?y#z')).toEqual({
      url: 'https://h:8443/x?y',
      authorization: `Basic ${Buffer.from('u:p').toString('base64')}`,
    });
    expect(parseHttpTarget('ftp://h/x')).toBeNull();
  });
});

test('what is shown of a setting contains no key, whether it is valid or not', () => {
  const key = fc.stringMatching(/^[a-zA-Z0-9]{12,30}$/);
  const forms: ((secret: string) => string)[] = [
    (secret) => `https://hooks.example.org/${secret}`,
    (secret) => `slack+https://hooks.slack.com/services/${secret}?x=${secret}`,
    (secret) => `ntfy://:${secret}@ntfy.sh/${secret}`,
    (secret) => `smtp://me:${secret}@mail/?to=a@x.org&from=a@x.org`,
    (secret) => `htps://me:${secret}@hooks/${secret}`,
    (secret) => `https:/${secret}`,
    (secret) => `${secret}`,
    (secret) => `me:${secret}`,
    (secret) => `smtp://me:${secret}@mail/`,
  ];
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...forms), key)), (parts) => {
      const text = parts.map(([form, secret]) => form(secret)).join(' ');
      for (const [, secret] of parts) {
        expect(shownChannels(text)).not.toContain(secret);
        expect(names(text)?.join() ?? '').not.toContain(secret);
      }
    }),
  );
  expect(shownChannels('https://h/key htps://h/key nonsense')).toBe('https://h htps://… (not understood) … (not understood)');
  expect(shownUrl({ url: 'https://hc.example.org/ping/uuid', authorization: 'Basic x' })).toBe('https://hc.example.org');
});

test.each([
  [
    'https://u:longpassword@h/path/to-key?token=abc',
    ['/path/to-key', 'to-key', '?token=abc', Buffer.from('u:longpassword').toString('base64')],
  ],
  ['smtp://u:longpassword@h/?to=a@x.org&from=a@x.org', ['longpassword']],
  ['exec:/opt/notify', []],
])('the secrets of %s', (text, expected) => {
  const [channel] = parseChannels(text) ?? [];
  for (const secret of expected) expect(secretsOf(channel!)).toContain(secret);
  if (expected.length === 0) expect(secretsOf(channel!)).toEqual([]);
});
