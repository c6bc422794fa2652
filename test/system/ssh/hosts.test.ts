import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSshHost, parseSshHosts } from '../../../src/system/ssh/hosts.ts';

describe('a host is', () => {
  test.each<[string, string, readonly string[] | null]>([
    ['build1', 'build1', ['build1']],
    ['build1.example.org', 'build1.example.org', ['build1.example.org']],
    ['10.0.0.7', '10.0.0.7', ['10.0.0.7']],
    ['prod_web-1', 'prod_web-1', ['prod_web-1']],
    ['admin@build1', 'build1', ['admin@build1']],
    ['admin@corp.example@build1', 'build1', ['admin@corp.example@build1']],
    ['ssh://build1', 'build1', ['build1']],
    ['ssh://admin@build1:2222', 'build1', ['-p', '2222', 'admin@build1']],
    ['ssh://build1:22/', 'build1', ['-p', '22', 'build1']],
    ['ssh://admin@[2001:db8::1]:2222', '2001:db8::1', ['-p', '2222', 'admin@2001:db8::1']],
    ['fe80::1%eth0', 'fe80::1%eth0', ['fe80::1%eth0']],
    ['admin@::1', '::1', ['admin@::1']],
    ['.', '.', null],
    ['local', 'local', null],
    ['ssh://local', 'local', ['local']],
  ])('%s', (given, name, words) => {
    expect(parseSshHost(given)).toEqual({ given, name, words });
  });
});

test.each([
  '',
  '-oProxyCommand=touch pwned',
  '--',
  '@build1',
  'admin@',
  'admin@-oProxyCommand=x',
  '-l@build1',
  'ssh://-oProxyCommand=x',
  'ssh://-v@build1',
  'ssh://',
  'ssh://build1:0',
  'ssh://build1:65536',
  'ssh://build1:-1',
  'ssh://build1:22:23',
  'ssh://build1:',
  'ssh://build1/path',
  'ssh://admin:secret@build1',
  'http://build1',
  'build1:22',
  'build 1',
  'build1;reboot',
  'build1|sh',
  '$(reboot)',
  '`reboot`',
  'build1\nbuild2',
  "build1'",
  'build1"',
  'build1\\x',
  'build*',
  '..',
  'bûild',
  'a'.repeat(400),
])('%j is none', (given) => {
  expect(parseSshHost(given)).toBe(null);
});

test('a list is separated by commas or spaces, and has each host once', () => {
  expect(parseSshHosts(' build1,build2, build1\n. ,')?.map(({ given }) => given)).toEqual(['build1', 'build2', '.']);
  expect(parseSshHosts('')).toEqual([]);
  expect(parseSshHosts('build1,-v')).toBe(null);
});

const PIECES = fc.constantFrom(
  'ssh://',
  '@',
  ':',
  '-',
  '[',
  ']',
  '%',
  '.',
  ' ',
  ',',
  '$',
  '`',
  ';',
  "'",
  '"',
  '\\',
  '\n',
  '\0',
  '22',
  'build1',
  '::1',
  'é',
);

test('whatever is accepted is a host to ssh and plain text to a shell', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(PIECES, { maxLength: 8 }).map((all) => all.join('')),
      ),
      (given) => {
        const host = parseSshHost(given);
        if (host === null || host.words === null) return;
        const { words } = host;
        const target = words.at(-1) ?? '';
        expect(words.length === 1 || (words.length === 3 && words[0] === '-p' && /^\d+$/.test(words[1] ?? ''))).toBe(true);
        expect(target).toMatch(/^[\w:]/);
        expect(target.split('@').at(-1)).toMatch(/^[\w:]/);
        expect(words.join(' ')).toMatch(/^[\w ./:@%+-]+$/);
        expect(given).toContain(host.name);
      },
    ),
    { numRuns: 5000 },
  );
});
