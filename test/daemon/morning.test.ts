import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Daily } from '../../src/core/hours/daily.ts';
import type { Digest } from '../../src/core/notices/morning.ts';
import { morningReports } from '../../src/daemon/morning.ts';
import { parseDaily } from '../../src/settings/hours/daily.ts';
import { NoticeOutbox } from '../../src/store/notice-outbox.ts';
import { keptState } from '../kit/kept-state.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** A watchdog with this clock, which only looks at the time and can be restarted. */
function morning(text = '07:00; Europe/Berlin', start = '2026-10-20T12:00:00Z') {
  const clock = { wall: Date.parse(start), mono: 0 };
  const daily = parseDaily(text, 'UTC', clock.wall) as Daily;
  const made: { readonly at: string; readonly sinceWall: number }[] = [];
  const said: string[] = [];
  let digest: () => Promise<Digest> = async () => ({ isQuiet: false, subject: 's', sentence: 'a report', lines: [] });
  let outbox = new NoticeOutbox([], () => {});
  const begin = () =>
    morningReports({
      daily,
      outbox,
      now: () => ({ ...clock }),
      make: (sinceWall) => {
        made.push({ at: new Date(clock.wall).toISOString(), sinceWall });
        return digest();
      },
      report: (words) => said.push(words),
    });
  let beat = begin();
  const pass = async (ms: number, stepMs = 10 * MINUTE) => {
    for (let left = ms; left > 0; left -= stepMs) {
      clock.wall += Math.min(left, stepMs);
      clock.mono += Math.min(left, stepMs);
      await beat();
    }
  };
  return {
    made,
    said,
    pass,
    beat: () => beat(),
    outbox: () => outbox,
    setClock: (byMs: number) => {
      clock.wall += byMs;
    },
    makes: (next: () => Promise<Digest>) => {
      digest = next;
    },
    restart: () => {
      outbox = new NoticeOutbox(JSON.parse(JSON.stringify(outbox.notices)), () => {});
      beat = begin();
    },
  };
}

const days = ({ made }: ReturnType<typeof morning>) => made.map(({ at }) => at.slice(0, 16));

describe('the report of the morning', () => {
  test('is made once a day, also when clocks change', async () => {
    const it = morning('07:00; Europe/Berlin', '2026-10-23T12:00:00Z');
    await it.beat();
    await it.pass(72 * HOUR);
    expect(days(it)).toEqual(['2026-10-24T05:00', '2026-10-25T06:00', '2026-10-26T06:00']);
    expect(it.made.map(({ sinceWall }) => new Date(sinceWall).toISOString().slice(0, 16))).toEqual([
      '2026-10-23T05:00',
      '2026-10-24T05:00',
      '2026-10-25T06:00',
    ]);
    expect(it.outbox().notices.length).toBe(1);
  });

  test('comes after a start, if its time passed while no watchdog was running, and not again', async () => {
    const it = morning();
    await it.beat();
    it.setClock(20 * HOUR);
    it.restart();
    await it.beat();
    it.restart();
    await it.pass(2 * HOUR);
    expect(days(it)).toEqual(['2026-10-21T08:00']);
  });

  test('comes once on each day, whenever the watchdog is restarted and the clock is wrong by less than half a day', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('pass' as const), minutes: fc.integer({ min: 1, max: 2000 }) }),
      fc.record({ kind: fc.constant('restart' as const), minutes: fc.constant(0) }),
      fc.record({ kind: fc.constant('set' as const), minutes: fc.integer({ min: -600, max: 600 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const it = morning();
        await it.beat();
        const sent = [it.outbox().notices[0]?.cause.slice(-10) ?? ''];
        let wrong = 0;
        for (const { kind, minutes } of steps) {
          if (kind === 'restart') it.restart();
          else if (kind === 'set') {
            it.setClock((minutes - wrong) * MINUTE);
            wrong = minutes;
          } else await it.pass(minutes * MINUTE, minutes * MINUTE);
          await it.beat();
          const day = it.outbox().notices[0]?.cause.slice(-10) ?? '';
          if (day !== sent.at(-1)) sent.push(day);
        }
        expect(sent).toEqual(sent.toSorted());
        expect(it.made.length).toBe(sent.length - 1);
        expect(it.outbox().notices.length).toBe(1);
      }),
      { numRuns: 50 },
    );
  });

  test('comes again at its time after a clock that was ahead by a year was set right', async () => {
    const it = morning();
    await it.beat();
    it.setClock(365 * 24 * HOUR);
    await it.beat();
    it.setClock(-365 * 24 * HOUR);
    await it.pass(48 * HOUR);
    expect(days(it)).toEqual(['2027-10-20T12:00', '2026-10-21T05:00', '2026-10-22T05:00']);
  });

  test('that is quiet is one line in the log', async () => {
    const it = morning();
    await it.beat();
    it.makes(async () => ({ isQuiet: true, subject: '', sentence: 'Nothing has run.', lines: [] }));
    await it.pass(24 * HOUR);
    expect([it.made.length, it.said]).toEqual([1, ['Nothing has run. No report is sent.']]);
  });

  test('is tried again if it cannot be made, and given up after an hour', async () => {
    const it = morning();
    await it.beat();
    it.makes(() => Promise.reject(new Error('no space')));
    await it.pass(24 * HOUR);
    expect(it.said.length).toBe(6);
    expect(it.said.at(-1)).toBe('the report for 2026-10-21 could not be made, it is given up: no space');
    it.makes(async () => ({ isQuiet: false, subject: 's', sentence: 'a report', lines: [] }));
    await it.pass(24 * HOUR);
    expect(days(it).at(-1)).toBe('2026-10-22T05:00');
  });

  test('is in the store when it is in the outbox', async () => {
    const { store } = await keptState();
    const outbox = new NoticeOutbox(store.notices(), (changes) => store.record([], changes));
    const daily = parseDaily('07:00; UTC', 'UTC', Date.now()) as Daily;
    let wall = Date.parse('2026-10-20T12:00:00Z');
    const beat = morningReports({
      daily,
      outbox,
      now: () => ({ wall, mono: 0 }),
      make: async () => ({ isQuiet: false, subject: 's', sentence: 'a report', lines: [] }),
      report: () => {},
    });
    await beat();
    wall += 24 * HOUR;
    await beat();
    expect(store.notices()).toMatchObject([{ cause: 'report 2026-10-21', sentence: 'a report' }]);
  });
});
