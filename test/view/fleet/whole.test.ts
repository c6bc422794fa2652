import { describe, expect, test } from 'vitest';
import type { HostKnown } from '../../../src/view/fleet/model.ts';
import { onClockHere } from '../../../src/view/fleet/shift.ts';
import { fleetView } from '../../../src/view/fleet/whole.ts';
import { clockInWords, fleetInWords, silenceInWords } from '../../../src/view/fleet/words.ts';
import * as moments from '../../kit/core/moments.ts';
import { working } from '../../kit/core/world.ts';
import { heardOf, SILENCE } from '../../kit/heard.ts';
import { viewed } from '../../kit/viewed.ts';

const [MIN, HOUR] = [60_000, 3_600_000];
const WELL = viewed({ lives: working() });
const HELD = viewed({ limited: moments.limited() });
const NEEDY = viewed({ blocked: moments.blocked() });
const DEAD = viewed({ lives: working() }, { host: { watchdog: null, condition: 'none', unwatchedMs: 5 * MIN } });
const EMPTY = viewed({});
const NOW = { wall: Date.parse(WELL.at), upMs: 0 };
const silent = (name: string, last: HostKnown['heard'] = null): HostKnown => ({ ...heardOf(name, null), silence: SILENCE, heard: last });

describe('the whole is as well as the worst host', () => {
  test.each<[string, readonly HostKnown[], number, string | RegExp]>([
    ['well', [heardOf('a', WELL), heardOf('b', WELL)], 0, '2 working on 2 hosts'],
    ['well without runs', [heardOf('a', EMPTY)], 0, 'no runs on 1 host'],
    ['held', [heardOf('a', WELL), heardOf('b', HELD)], 1, 'b: 1 held'],
    ['a person is needed', [heardOf('a', HELD), heardOf('b', NEEDY)], 2, 'b: 1 needs you: blocked; a: 1 held'],
    ['no watchdog', [heardOf('a', NEEDY), heardOf('b', DEAD)], 3, /^b: no watchdog is running; 1 working; a: 1 needs you: blocked$/],
    ['silent', [heardOf('a', WELL), silent('b')], 3, 'b: no answer: nothing within 15 s'],
    [
      'silent, with an answer of before',
      [silent('b', heardOf('b', WELL, { atMs: -5 * MIN }).heard)],
      3,
      'b: no answer: nothing within 15 s; its last answer is 5 min old',
    ],
    ['not asked yet', [heardOf('a', null)], 3, 'a: no answer yet'],
  ])('%s', (_, hosts, status, because) => {
    const { check } = fleetView({ hosts, engine: null }, NOW);
    expect(check).toEqual({ status, because: typeof because === 'string' ? because : expect.stringMatching(because) });
  });
});

test('silent hosts first, then by what they need; only runs of hosts that answered are counted', () => {
  const all = [heardOf('well', WELL), heardOf('held', HELD), silent('gone', heardOf('gone', NEEDY).heard), heardOf('needy', NEEDY)];
  const { hosts, counts } = fleetView({ hosts: all, engine: null }, NOW);
  expect(hosts.map(({ name }) => name)).toEqual(['gone', 'needy', 'held', 'well']);
  expect(counts).toMatchObject({ person: 1, held: 1, working: 1 });
  expect(fleetInWords(all)).toBe('1 host silent; 1 needs you, 1 held, 1 working on 3 of 4 hosts');
  expect(fleetInWords([silent('a'), silent('b')])).toBe('2 hosts silent');
  expect(fleetInWords([heardOf('a', null), heardOf('b', WELL)])).toBe('1 host not heard of yet; 1 working on 1 of 2 hosts');
});

describe('ages', () => {
  test.each([0, 2 * HOUR, -3 * 24 * HOUR])('are right whatever the clocks say (%i ms off)', (offsetMs) => {
    const view = shiftedBy(HELD, offsetMs);
    const heard = heardOf('a', view, { atMs: 1000, offsetMs });
    // 90 seconds later, after this host's clock was set back by an hour.
    const now = { wall: Date.parse(HELD.at) + 90_000 - HOUR, upMs: 91_000 };
    const here = onClockHere(heard.heard as NonNullable<HostKnown['heard']>, now);
    const ageMs = (date: string | null | undefined) => now.wall - Date.parse(date ?? '');
    const [run, before] = [here.runs[0], HELD.runs[0]];
    expect(ageMs(run?.since)).toBe(Date.parse(HELD.at) - Date.parse(before?.since ?? '') + 90_000);
    expect(ageMs(here.host.seenAt)).toBe(Date.parse(HELD.at) - Date.parse(HELD.host.seenAt ?? '') + 90_000);
    expect(fleetView({ hosts: [heard], engine: null }, now).hosts[0]?.ageMs).toBe(90_000);
  });

  test('in texts too', () => {
    const because = 'held until 2026-11-30T12:00:00.000Z, seen 2026-11-30T11:00:00Z';
    const view = { ...WELL, at: '2026-11-30T11:30:00.000Z', host: { ...WELL.host, readOnly: because } };
    const heard = heardOf('a', view).heard as NonNullable<HostKnown['heard']>;
    expect(onClockHere(heard, { wall: Date.parse('2026-01-01T00:00:00Z'), upMs: 0 }).host.readOnly).toBe(
      'held until 2026-01-01T00:30:00.000Z, seen 2025-12-31T23:30:00.000Z',
    );
  });
});

describe('a clock that is off is named', () => {
  test.each([
    [0, null],
    [-4000, null],
    [5100, null],
    [7_500_000, 'the clock of a is 2 h 5 min ahead of the one here; times are shown by the one here'],
    [-60_000, 'the clock of a is 1 min behind the one here; times are shown by the one here'],
  ])('%i ms', (offsetMs, words) => {
    expect(clockInWords(heardOf('a', WELL, { offsetMs }))).toBe(words);
  });

  test('unless it is not known', () => {
    expect(clockInWords({ ...heardOf('a', WELL), heard: { view: WELL, atMs: 0, tookMs: 1, offsetMs: null } })).toBe(null);
  });
});

test('silence is said with what was got, how old the last answer is, and what to do', () => {
  const host = { ...silent('a', heardOf('a', WELL, { atMs: -3 * MIN }).heard), silence: { ...SILENCE, got: 'Connection closed' } };
  expect(silenceInWords(host, NOW)).toBe(
    'a did not answer: nothing within 15 s (got: Connection closed); its last answer is 3 min old. What to do: see how long it takes',
  );
  expect(silenceInWords(silent('a'), NOW)).toContain('; its runs are unknown. What to do: ');
  expect(silenceInWords(heardOf('a', WELL), NOW)).toBe(null);
});

/** A view as a host writes it whose clock is off by this. */
const shiftedBy = <T>(value: T, ms: number): T =>
  JSON.parse(JSON.stringify(value), (_, one) =>
    typeof one === 'string' && /^\d{4}-\d\d-\d\dT.*Z$/.test(one) ? new Date(Date.parse(one) + ms).toISOString() : one,
  );
