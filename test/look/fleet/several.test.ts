import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Reply } from '../../../src/look/fleet/ask.ts';
import { after, askAll, keepAsking, unasked } from '../../../src/look/fleet/several.ts';
import { parseSshHosts, type SshHost } from '../../../src/system/ssh/hosts.ts';
import type { HostKnown, Silence } from '../../../src/view/fleet/model.ts';
import { viewed } from '../../kit/viewed.ts';

const hosts = (text: string): readonly SshHost[] => parseSshHosts(text) ?? [];
const SILENCE: Silence = { kind: 'unreachable', message: 'it is gone', expected: '', got: '', do: '' };
const HEARD: Reply = { heard: { view: viewed({}), atMs: 0, tookMs: 1, offsetMs: 0 } };
const twenty = hosts(Array.from({ length: 20 }, (_, index) => `build${index}`).join(','));

test('a host is called by its name alone, unless another has the same', () => {
  const known = unasked(hosts('build1,admin@build2,ssh://root@build2:22,.,here'), 'here');
  expect(known.map(({ name, prefix }) => [name, prefix])).toEqual([
    ['build1', 'ssh build1'],
    ['admin@build2', 'ssh admin@build2'],
    ['ssh://root@build2:22', 'ssh -p 22 root@build2'],
    ['.', ''],
    ['here', 'ssh here'],
  ]);
  expect(unasked(hosts('.'), 'laptop')[0]?.name).toBe('laptop');
});

test('twenty are asked, eight at once, and stay in their order', async () => {
  let [running, most] = [0, 0];
  const known = await askAll(twenty, unasked(twenty, 'here'), async ({ name }) => {
    most = Math.max(most, ++running);
    await setTimeout(name === 'build0' ? 40 : 1);
    running--;
    return name === 'build3' ? { silence: SILENCE } : HEARD;
  });
  expect(most).toBe(8);
  expect(known.map(({ name }) => name)).toEqual(twenty.map(({ name }) => name));
  expect(known.filter(({ silence }) => silence !== null).map(({ name }) => name)).toEqual(['build3']);
});

test('silence keeps the last answer, and an answer ends it', () => {
  const [first] = unasked(hosts('build1'), 'here') as [HostKnown];
  const heard = after(first, HEARD);
  expect(after(heard, { silence: SILENCE })).toMatchObject({ silence: SILENCE, heard: heard.heard });
  expect(after(after(heard, { silence: SILENCE }), HEARD)).toMatchObject({ silence: null });
  expect(after(first, { silence: SILENCE }).heard).toBe(null);
});

describe('again and again', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('each at its own pace; one that refuses the login rarely', async () => {
    const asked: string[] = [];
    const changed = vi.fn();
    const end = new AbortController();
    const ask = async ({ name }: SshHost): Promise<Reply> => {
      asked.push(name);
      if (name === 'slow') await new Promise<void>((resolve) => globalThis.setTimeout(resolve, 25_000));
      return name === 'refuses' ? { silence: { ...SILENCE, kind: 'refused' } } : name === 'down' ? { silence: SILENCE } : HEARD;
    };
    const pause = (ms: number) => new Promise<void>((resolve) => globalThis.setTimeout(resolve, ms));
    const all = hosts('well,slow,refuses,down');
    const kept = keepAsking(all, unasked(all, 'here'), { ask, everyMs: 10_000, signal: end.signal, changed, pause });
    await vi.advanceTimersByTimeAsync(101_000);
    const times = (name: string) => asked.filter((one) => one === name).length;
    expect({ well: times('well'), slow: times('slow'), refuses: times('refuses'), down: times('down') }).toEqual({
      well: 11,
      slow: 3,
      refuses: 1,
      down: 11,
    });
    await vi.advanceTimersByTimeAsync(200_000);
    expect(times('refuses')).toBe(2);
    expect(changed.mock.lastCall?.[0].map(({ name, silence }: HostKnown) => [name, silence?.kind ?? null])).toEqual([
      ['well', null],
      ['slow', null],
      ['refuses', 'refused'],
      ['down', 'unreachable'],
    ]);
    end.abort();
    await vi.advanceTimersByTimeAsync(400_000);
    await kept;
  });
});
