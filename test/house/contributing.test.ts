import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rooms } from './rooms.ts';

const TEXT = readFileSync('CONTRIBUTING.md', 'utf8');
/** A recipe's placeholder for the new thing. */
const PLACEHOLDER = /[A-Z]{2,}|…|\*/;

/** A row of the table of rooms, without the description of the room. */
const row = (room: string, others: readonly string[]): string =>
  `| \`${room}\` | … | ${others.map((one) => `\`${one.replace('src/', '')}\``).join(', ') || 'nothing'} |`;

describe('CONTRIBUTING', () => {
  test('has all rooms, bottom first, and what each may use', () => {
    const [, table = ''] = /<!-- rooms -->([\s\S]*)<!-- \/rooms -->/.exec(TEXT) ?? [];
    const rows = table.split('\n').filter((line) => line.startsWith('| `'));
    expect(rows.map((line) => line.replace(/^(\| `[^`]+` \|) [^|]+ \|/, '$1 … |'))).toEqual(
      [...rooms()].map(([room, others]) => row(room, others)),
    );
  });

  test('lets each room use only those above it', () => {
    const all = [...rooms().keys()];
    for (const [room, others] of rooms()) expect(all.slice(0, all.indexOf(room))).toEqual(expect.arrayContaining([...others]));
  });

  test('names only existing files and folders', () => {
    const named = [...TEXT.matchAll(/`((?:src|streams|test|nix|\.ci)\/[^`\s]*|[A-Z]+\.md)`/g)].map(([, path = '']) => path);
    const there = named.filter((path) => !PLACEHOLDER.test(path.replace(/[A-Z]+\.md$/, '')));
    expect(there.length).toBeGreaterThan(20);
    expect(there.filter((path) => !existsSync(path))).toEqual([]);
  });

  test('is one page, to which the README links', () => {
    expect(TEXT.split('\n').length).toBeLessThan(230);
    expect(readFileSync('README.md', 'utf8')).toContain('(CONTRIBUTING.md)');
  });
});
