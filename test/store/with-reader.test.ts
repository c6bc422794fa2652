import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Reader } from '../../src/store/reader.ts';
import { openStore } from '../../src/store/store.ts';
import { withReader } from '../../src/store/with-reader.ts';
import { leased, stateDirectory } from '../kit/opened-store.ts';

/** A state directory with a state in it. */
async function kept() {
  const where = stateDirectory();
  openStore(where, await leased(where), () => false).close();
  return where;
}

const isOpen = (reader: Reader | null): boolean => {
  try {
    reader?.runs();
    return true;
  } catch {
    return false;
  }
};

describe('a look at the state', () => {
  test('hands on what was seen, and closes', async () => {
    let seen: Reader | null = null;
    const runs = withReader(await kept(), (reader) => {
      seen = reader;
      expect(isOpen(reader)).toBe(true);
      return reader.runs();
    });
    expect([runs, isOpen(seen)]).toEqual([[], false]);
  });

  test('closes where it fails', async () => {
    const where = await kept();
    let seen: Reader | null = null;
    const look = () =>
      withReader(where, (reader) => {
        seen = reader;
        throw new Error('not so');
      });
    expect(look).toThrow('not so');
    expect(isOpen(seen)).toBe(false);
  });

  test.each([
    ['ends', () => 'seen', 'seen'],
    [
      'fails',
      () => {
        throw new Error('not so');
      },
      'not so',
    ],
  ])('stays open until a promise %s', async (_, end, expected) => {
    const where = await kept();
    let seen: Reader | null = null;
    const looking = withReader(where, async (reader) => {
      seen = reader;
      await setTimeout(1);
      expect(isOpen(reader)).toBe(true);
      return end();
    });
    expect(isOpen(seen)).toBe(true);
    expect(await looking.catch((error: Error) => error.message)).toBe(expected);
    expect(isOpen(seen)).toBe(false);
  });
});
