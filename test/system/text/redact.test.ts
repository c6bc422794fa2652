import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redact, redactor, type Variables } from '../../../src/system/text/redact.ts';

/** Looks random, and is nobody's token. */
const RANDOM = 'Zk3v9Qp2Lx7Wm4Rt8Yb6Nc1Hd5Jf0Gs2';
const KEY = `-----BEGIN RSA PRIVATE KEY-----\nMIIE${RANDOM}\n${RANDOM}\nabc=\n-----END RSA PRIVATE KEY-----`;

describe('the secrets of an environment', () => {
  test.each<[string, Variables, string, string]>([
    [
      'a key',
      { OPENAI_API_KEY: 'hunter2hunter2' },
      'with hunter2hunter2, twice: hunter2hunter2',
      'with ‹OPENAI_API_KEY›, twice: ‹OPENAI_API_KEY›',
    ],
    ['a name in lower case', { npm_config__authToken: 'abcdefgh' }, 'x=abcdefgh', 'x=‹npm_config__authToken›'],
    ['a short one', { PIN_TOKEN: '1234567' }, 'at 1234567', 'at 1234567'],
    [
      'a variable that is none',
      { LANG: 'en_GB.UTF-8', GIT_AUTHOR_NAME: 'Jo the Coder' },
      'en_GB.UTF-8 Jo the Coder',
      'en_GB.UTF-8 Jo the Coder',
    ],
    ['an empty one, and an unset one', { A_TOKEN: '', B_TOKEN: undefined }, 'text', 'text'],
    ['spaces around it', { A_TOKEN: ' swordfish1 \n' }, 'is swordfish1.', 'is ‹A_TOKEN›.'],
    ['one within another', { A_KEY: 'swordfish', B_KEY: 'swordfish-two' }, 'swordfish-two swordfish', '‹B_KEY› ‹A_KEY›'],
    ['special characters', { A_KEY: '$&.*(a|b)[^c]' }, 'a $&.*(a|b)[^c] b', 'a ‹A_KEY› b'],
    ['a name with special characters', { 'A$&_KEY': 'swordfish' }, 'swordfish', '‹A$&_KEY›'],
    ['a value that is the name of another', { A_KEY: 'MY_TOKEN', MY_TOKEN: 'swordfish' }, 'swordfish MY_TOKEN', '‹secret› ‹A_KEY›'],
    ['in JSON', { A_KEY: 'with "quotes"' }, '{"a":"with \\"quotes\\""}', '{"a":"‹A_KEY›"}'],
    ['in a URL', { A_KEY: 'sword/fish+1' }, '?key=sword%2Ffish%2B1', '?key=‹A_KEY›'],
    ['a URL with a password', { DB: 'pg://jo:swordfish@db/x' }, 'at pg://jo:swordfish@db/x', 'at ‹DB›'],
    ['only its password', { DB: 'pg://jo:sword%2Ffish@db/x' }, 'sword/fish sword%2Ffish jo', '‹DB› ‹DB› jo'],
    ['a URL without one', { DB: 'pg://db.localhost/x' }, 'pg://db.localhost/x', 'pg://db.localhost/x'],
    ['the beginning of a truncated one', { A_KEY: RANDOM }, `got ${RANDOM.slice(0, 20)}…`, 'got ‹A_KEY›…'],
    ['the beginning of a path', { SSH_AUTH_SOCK: '/run/user/1000/agent' }, '/run/user/1000/bus', '/run/user/1000/bus'],
    ['a part of a key, with other line endings', { SSH_KEY: KEY }, `MIIE${RANDOM}\r\n${RANDOM}\r\n`, '‹SSH_KEY›\r\n‹SSH_KEY›'],
  ])('%s', (_, environment, text, expected) => {
    expect(redact(text, environment).trim()).toBe(expected);
  });

  const value = fc.oneof(
    fc.string({ minLength: 8, maxLength: 40 }),
    fc.string({ minLength: 8, maxLength: 12, unit: fc.constantFrom('a', 'b') }),
    fc.string({ unit: 'binary', minLength: 8 }),
  );
  const name = fc.constantFrom(
    'A_KEY',
    'GITHUB_TOKEN',
    'SECRET',
    'db_password',
    'X_PASSWD',
    'CREDENTIALS',
    'HTTP_AUTH',
    'COOKIE',
    'SENTRY_DSN',
  );
  const variables = fc.dictionary(name, value, { minKeys: 1 });

  test('none of them survives, wherever it occurs', () => {
    const texts = variables.chain((environment) => {
      const piece = fc.oneof(fc.constantFrom(...Object.values(environment)), fc.string(), fc.constantFrom('a', 'b', '\n'));
      return fc.record({ environment: fc.constant(environment), pieces: fc.array(piece) });
    });
    fc.assert(
      fc.property(texts, ({ environment, pieces }) => {
        const left = redact(pieces.join(''), environment);
        const secrets = Object.values(environment).map((secret) => secret.trim());
        return secrets.every((secret) => secret.length < 8 || !left.includes(secret));
      }),
      { numRuns: 500 },
    );
  });

  test('a text without any is unchanged', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'e', 'n', 't', 'S', '7', ' ', '-', '.', ':', '/', '\n', 'ü', '👩‍🚀') });
    fc.assert(
      fc.property(word, variables, (text, environment) => {
        fc.pre(!Object.values(environment).some((secret) => secret.trim() === '' || text.includes(secret.trim())));
        return redact(text, environment) === text;
      }),
    );
  });
});

describe('what looks like a token', () => {
  test.each([
    ['OpenAI, Anthropic', `key sk-${RANDOM}, sk-ant-api03-${RANDOM}`, 'key ‹secret›, ‹secret›'],
    ['GitHub', `ghp_${RANDOM} github_pat_${RANDOM}`, '‹secret› ‹secret›'],
    ['GitLab', `glpat-${RANDOM}`, '‹secret›'],
    ['Slack', `xoxb-12345-${RANDOM}`, '‹secret›'],
    ['AWS', `AKIA${'A1'.repeat(8)}!`, '‹secret›!'],
    ['Google', `AIza${RANDOM}abc`, '‹secret›'],
    ['npm', `//registry/:_authToken=npm_${RANDOM}`, '//registry/:_authToken=‹secret›'],
    ['a JWT', `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.${RANDOM}`, '‹secret›'],
    ['a bearer', `Authorization: Bearer ${RANDOM}==`, 'Authorization: Bearer ‹secret›'],
    ['a login', 'Authorization: Basic am86c3dvcmRmaXNoMQ==', 'Authorization: Basic ‹secret›'],
    ['a private key', `a ${KEY} b`, 'a ‹secret› b'],
    ['a truncated private key', `a ${KEY.slice(0, 60)}`, 'a ‹secret›'],
    ['a private key on one line', `a ${KEY.replaceAll('\n', '\\n')} b`, 'a ‹secret› b'],
    ['a password in a URL', 'git clone https://jo:p@ss@host.example/x.git', 'git clone https://‹secret›host.example/x.git'],
    ['a token in a URL', `https://${RANDOM}@host/x`, 'https://‹secret›@host/x'],
  ])('%s', (_, text, expected) => {
    expect(redact(text, {})).toBe(expected);
  });

  test.each([
    'a task-management-system for the disk-encryption-of-2026',
    'http://localhost:8080/@scope/package and ssh://git@host/x',
    'jo@localhost, at 12:30: bearer of bad news, Basic authentication, Bearer authentication',
    '-----BEGIN CERTIFICATE----- and -----BEGIN PUBLIC KEY-----',
    'c0ffee0001 3f1c2a1e-8f2c-4d55-9d5e-0f9f4f0f3a11 ses_dfd084149ffeLLZtgfqnbYE8WO',
  ])('none: %s', (text) => {
    expect(redact(text, {})).toBe(text);
  });

  test('a text crafted to be slow to search is searched fast', () => {
    const nasty = ['sk-', '://', '://a:', 'eyJ', 'Bearer ', '-----BEGIN PRIVATE KEY', 'a'].map((piece) =>
      piece.repeat(200_000 / piece.length),
    );
    for (const text of nasty) expect(redact(text, { A_KEY: 'swordfish' }).length).toBeLessThanOrEqual(text.length);
  });
});

test('the secrets of several environments go, the longest first', () => {
  const clean = redactor({ A_TOKEN: 'swordfish-1' }, { B_TOKEN: 'swordfish-1-and-more' });
  expect(clean('swordfish-1 swordfish-1-and-more')).toBe('‹A_TOKEN› ‹B_TOKEN›');
});
