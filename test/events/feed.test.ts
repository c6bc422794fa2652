import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Delivered } from '../../src/core/notices/schedule.ts';
import { refused } from '../../src/core/notices/schedule.ts';
import type { EventDocument } from '../../src/events/document.ts';
import { EventFeed } from '../../src/events/feed.ts';
import { keepEnvironment } from '../../src/store/environment.ts';
import { opened, stateDirectory } from '../kit/opened-store.ts';
import { newRunNamed, noting, resuming } from '../kit/samples-of-decisions.ts';
import { until } from '../kit/until.ts';

const ACCEPTED: Delivered = { kind: 'accepted' };

async function kept() {
  const where = stateDirectory();
  const store = await opened(where);
  const run = newRunNamed('upgrade');
  store.record([resuming(run, 1)]);
  const note = (seq: number, because = `noted at ${seq}`) => store.record([{ ...noting(run, seq), because }]);
  const feeding = (answer: (document: EventDocument) => Delivered | Promise<Delivered> = () => ACCEPTED, mostWaiting = 1000) => {
    const sent: EventDocument[] = [];
    const said: string[] = [];
    const feed = new EventFeed({
      layout: where,
      receiver: 'exec:/bin/receiver',
      send: async (document) => {
        sent.push(document);
        return answer(document);
      },
      report: (problem) => said.push(problem),
      environment: { OWN_TOKEN: 'own-secret-value-1' },
      jitter: () => 0,
      retryMinMs: 5,
      mostWaiting,
    });
    onTestFinished(() => feed.close());
    return { feed, sent, said, seqs: () => sent.map(({ seq }) => seq) };
  };
  return { where, note, feeding };
}

test('decisions from now on are sent in order, in the words of history --json', async () => {
  const { where, note, feeding } = await kept();
  const { feed, sent, seqs } = feeding();
  feed.wake();
  for (const seq of [2, 3, 4]) note(seq);
  feed.wake();
  await until('all are sent', () => sent.length === 3);
  expect(seqs()).toEqual([2, 3, 4]);
  expect(sent[0]).toMatchObject({
    version: 1,
    run: 'upgrade',
    runId: 'upgrade.1',
    state: 'waiting',
    observation: 'tick',
    actions: [],
    dropped: 0,
  });
  expect([sent[0]?.id, sent[0]?.because]).toEqual(['2-1700000000002', 'noted at 2']);
  expect(statSync(where.eventCursor).mode & 0o777).toBe(0o600);
});

test('a receiver that fails gets each decision again until it accepts it, and the trouble is reported once', async () => {
  const { note, feeding } = await kept();
  let failures = 3;
  const { feed, sent, said, seqs } = feeding(() => (failures-- > 0 ? refused('it answered 500', true) : ACCEPTED));
  note(2);
  note(3);
  feed.wake();
  await until('both are accepted', () => sent.length === 5);
  expect(seqs()).toEqual([2, 2, 2, 2, 3]);
  expect(said).toEqual([
    'exec:/bin/receiver did not accept an event: it answered 500; it is sent again, and at most 1000 wait',
    'exec:/bin/receiver accepts events again; 0 were dropped in all',
  ]);
});

test('a receiver that hangs holds up nothing: the oldest are dropped and counted', async () => {
  const { note, feeding } = await kept();
  let release = (_: Delivered) => {};
  const hangs = new Promise<Delivered>((resolve) => {
    release = resolve;
  });
  const { feed, sent, seqs } = feeding(({ seq }) => (seq === 2 ? hangs : ACCEPTED), 3);
  note(2);
  feed.wake();
  await until('it hangs', () => sent.length === 1);
  for (let seq = 3; seq <= 9; seq++) {
    note(seq);
    feed.wake();
  }
  release(refused('it took too long', true));
  await until('the newest are sent', () => seqs().at(-1) === 9);
  expect(seqs()).toEqual([2, 7, 8, 9]);
  expect(sent.at(-1)?.dropped).toBe(5);
});

describe('another watchdog', () => {
  test('goes on after what was accepted, and sends again what was not', async () => {
    const { note, feeding } = await kept();
    const first = feeding(({ seq }) => (seq === 3 ? new Promise<Delivered>(() => {}) : ACCEPTED));
    note(2);
    note(3);
    first.feed.wake();
    await until('the second one is on its way', () => first.sent.length === 2);
    // As after kill -9.
    const second = feeding();
    second.feed.wake();
    await until('it is sent again', () => second.sent.length === 1);
    expect([second.seqs(), second.sent[0]?.id]).toEqual([[3], first.sent[1]?.id]);
  });

  test('with an older copy of the state starts over there; with a damaged note, from now on', async () => {
    const { where, note, feeding } = await kept();
    writeFileSync(where.eventCursor, '{"seq":900,"dropped":2}');
    const back = feeding();
    back.feed.wake();
    await until('the note is mended', () => JSON.parse(readFileSync(where.eventCursor, 'utf8')).seq === 1);
    note(2);
    back.feed.wake();
    await until('it is sent', () => back.sent.length === 1);
    expect(back.sent[0]).toMatchObject({ seq: 2, dropped: 2 });
    back.feed.close();
    writeFileSync(where.eventCursor, 'torn{');
    const damaged = feeding();
    note(3);
    damaged.feed.wake();
    await until('it is sent', () => damaged.sent.length === 1);
    expect(damaged.seqs()).toEqual([3]);
  });
});

test('secrets of the run and of the watchdog are not sent', async () => {
  const { where, note, feeding } = await kept();
  keepEnvironment(where, 'upgrade.1.json', { API_KEY: 'their-secret-value-2' });
  const { feed, sent } = feeding();
  note(2, 'it used own-secret-value-1 and their-secret-value-2');
  feed.wake();
  await until('it is sent', () => sent.length === 1);
  expect(JSON.stringify(sent)).not.toMatch(/own-secret|their-secret/);
});
