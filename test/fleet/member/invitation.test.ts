import { describe, expect, test } from 'vitest';
import { type Invitation, readToken, tokenOf } from '../../../src/fleet/member/invitation.ts';
import { invited } from '../../kit/fleet/invited.ts';

const whyNot = (text: string): string => {
  const read = readToken(text);
  return 'got' in read ? read.got : 'valid';
};

test('a token carries the invitation, whatever breaks it into lines', () => {
  const invitation = invited();
  const token = tokenOf(invitation);
  expect(readToken(token)).toEqual({ invitation });
  expect(readToken(`  ${token.slice(0, 80)}\r\n${token.slice(80)}\n`)).toEqual({ invitation });
});

describe('what is no token is refused, and none of its text is shown', () => {
  const token = tokenOf(invited());
  test.each([
    ['nothing', ' \n', 'nothing'],
    ['another text', 'hunter2', 'a text that does not begin like a token'],
    ['one of another version', token.replace('-1.', '-2.'), 'a token of another version of dogwatch'],
    ['one without its end', token.slice(0, -20), 'a part of it may be missing'],
    ['one without its middle', token.slice(0, 100) + token.slice(120), 'a part of it may be missing'],
    ['one with more behind it', `${token}.x`, 'a part of it may be missing'],
  ])('%s', (_, text, got) => {
    expect(whyNot(text)).toContain(got);
    expect(whyNot(text)).not.toContain('hunter2');
  });
});

describe('an invitation that was altered is refused', () => {
  const good = invited();
  const other = invited();
  test.each<[string, Partial<Invitation>, string]>([
    ['the name of another host', { host: 'ci-4' }, 'signing key is not signed by the root'],
    ['another fleet', { fleet: 'other' }, 'signing key is not signed by the root'],
    ['another signing key', { signingSeed: other.signingSeed }, 'signing key is not signed by the root'],
    ['operators of another fleet', { operators: other.operators }, 'list of operators is not signed'],
    [
      'an operator more',
      { operators: { ...good.operators, operators: [...good.operators.operators, { name: 'eve', key: 'x', role: 'dispatch' }] } },
      'list of operators is not signed',
    ],
    ['an older list under a new number', { operators: { ...good.operators, serial: 9 } }, 'list of operators is not signed'],
    ['no URLs', { urls: [] }, 'URLs'],
    ['an URL with a password', { urls: ['nats://a:b@c'] }, 'URLs'],
    ['a name that is a path', { host: '../x' }, 'name of the host'],
    ['a seed that is none', { natsSeed: good.natsSeed.slice(1) }, 'key for the engine'],
    ['a label that is none', { labels: ['a.>'] }, 'label'],
  ])('%s', (_, change, got) => {
    expect(whyNot(tokenOf({ ...good, ...change }))).toContain(got);
  });

  test.each([null, 7, 'x', [], {}])('%j', (value) => {
    expect(whyNot(tokenOf(value as unknown as Invitation))).toContain('a token in which');
  });
});
