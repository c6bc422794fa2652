import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LogWatchdog } from './log-watchdog.ts';

let watchdog: LogWatchdog;
const own = (attempt: number) => watchdog.own(attempt);
const extra = () => watchdog.extra;
beforeEach(() => {
  watchdog = new LogWatchdog();
});
afterEach(() => watchdog.remove());

describe('what is read', () => {
  test("an attempt's own log from its beginning, as a fact with everything that the core needs", () => {
    writeFileSync(own(1), 'a\nb\nhalf');
    watchdog.tell({ number: 1 });
    expect(watchdog.facts.find(({ path }) => path === own(1))).toEqual({
      kind: 'log.read',
      run: 'r',
      attempt: 1,
      path: own(1),
      bytes: 8,
      lines: 2,
      signals: [
        { kind: 'error', text: 'a' },
        { kind: 'error', text: 'b' },
      ],
      cursor: expect.objectContaining({ offset: 4, countedOffset: 8 }),
      gap: null,
    });
  });

  test('another log from its end when the run was registered, across a restart', () => {
    writeFileSync(extra(), 'old\n');
    watchdog.tell(null);
    expect(watchdog.facts).toEqual([expect.objectContaining({ path: extra(), attempt: 0, bytes: 0, signals: [] })]);
    appendFileSync(extra(), 'new\n');
    watchdog.restart();
    watchdog.tell({ number: 1 });
    expect(watchdog.said).toEqual(['1: new']);
  });

  test('a log that others write to as well, from its end when the attempt began; its growth is not activity', () => {
    writeFileSync(watchdog.shared, 'of yesterday\n');
    watchdog.tell({ number: 1 });
    appendFileSync(watchdog.shared, 'of now\n');
    watchdog.touch(watchdog.shared);
    const said = watchdog.facts.filter(({ path, lines }) => path === watchdog.shared && lines > 0);
    expect(said.map(({ bytes, lines, signals }) => [bytes, lines, signals.map((signal) => 'text' in signal && signal.text)])).toEqual([
      [0, 1, ['of now']],
    ]);
  });

  test('a record of the session, from its beginning if it began with the attempt; its growth is not activity', () => {
    const [old, fresh, later] = ['old', 'fresh', 'later'].map((name) => `${watchdog.directory}/${name}.jsonl`) as [string, string, string];
    for (const path of [old, fresh, later]) writeFileSync(path, `before in ${path}\n`);
    watchdog.tell({ number: 1 });
    expect(watchdog.watched).not.toContain(old);
    watchdog.records = [
      { path: old, isNew: false },
      { path: fresh, isNew: true },
    ];
    watchdog.tell({ number: 1 });
    watchdog.records = [...watchdog.records, { path: later, isNew: true }];
    watchdog.tell({ number: 1 });
    for (const path of [old, fresh]) {
      appendFileSync(path, `now in ${path}\n`);
      watchdog.touch(path);
    }
    const said = watchdog.facts.filter(({ path, lines }) => path.endsWith('.jsonl') && lines > 0);
    expect(said.every(({ bytes }) => bytes === 0)).toBe(true);
    expect(said.flatMap(({ signals }) => signals.map((signal) => 'text' in signal && signal.text))).toEqual([
      `before in ${fresh}`,
      `before in ${later}`,
      `now in ${old}`,
      `now in ${fresh}`,
    ]);
    appendFileSync(fresh, 'its last words\n');
    const last = `${watchdog.directory}/last.jsonl`;
    writeFileSync(last, 'made right before its death\n');
    watchdog.records = [...watchdog.records, { path: last, isNew: true }];
    expect(watchdog.drain({ number: 1 })).toEqual(['1: its last words', '1: made right before its death']);
    watchdog.tell({ number: 1, alive: false });
    expect(watchdog.watched).not.toContain(fresh);
  });

  test('another log that was missing is read from its beginning when it appears, across a restart', () => {
    watchdog.tell({ number: 1 });
    watchdog.restart();
    writeFileSync(extra(), 'new\n');
    watchdog.tell({ number: 1 });
    expect(watchdog.said).toEqual(['1: new']);
  });

  test('nothing twice and nothing lost if it is restarted after every line', () => {
    const expected: string[] = [];
    for (let line = 1; line <= 20; line++) {
      appendFileSync(own(1), `line ${line}\n${line % 3 === 0 ? 'begun ' : ''}`);
      expected.push(`1: ${(line - 1) % 3 === 0 && line > 1 ? 'begun ' : ''}line ${line}`);
      watchdog.tell({ number: 1 });
      watchdog.restart();
    }
    expect(watchdog.said).toEqual(expected);
  });

  test('another subscription continues where the last one stopped, though nothing was recorded', () => {
    writeFileSync(own(1), 'a\n');
    watchdog.tell({ number: 1 });
    watchdog.cursors = {};
    watchdog.stop();
    expect(watchdog.watched).toEqual([]);
    appendFileSync(own(1), 'b\n');
    watchdog.subscribe();
    watchdog.tell({ number: 1 });
    expect(watchdog.said).toEqual(['1: a', '1: b']);
    expect(watchdog.watched).toEqual([own(1), extra()]);
  });
});

describe('when it is read', () => {
  beforeEach(() => {
    writeFileSync(own(1), '');
    watchdog.tell({ number: 1 });
    watchdog.pass(1000);
  });

  test('at once after a wake-up, and again when the wake-ups are over', () => {
    appendFileSync(own(1), 'a\n');
    watchdog.touch(own(1));
    expect(watchdog.said).toEqual(['1: a']);
    appendFileSync(own(1), 'b\n');
    watchdog.pass(60);
    expect(watchdog.said).toEqual(['1: b']);
  });

  test('within 5 s without any wake-up, and then within 2 s while none come', () => {
    appendFileSync(own(1), 'a\n');
    appendFileSync(extra(), 'b\n');
    watchdog.pass(5000);
    expect(watchdog.said.sort()).toEqual(['1: a', '1: b']);
    for (let round = 0; round < 3; round++) {
      appendFileSync(own(1), 'c\n');
      watchdog.pass(2000);
      expect(watchdog.said).toEqual(['1: c']);
    }
  });

  test('within 10 s if nothing was written for long, until a wake-up comes', () => {
    watchdog.pass(60_000);
    appendFileSync(own(1), 'a\n');
    watchdog.pass(10_000);
    expect(watchdog.said).toEqual(['1: a']);
    watchdog.pass(60_000);
    watchdog.touch(own(1));
    appendFileSync(own(1), 'b\n');
    watchdog.pass(2000);
    expect(watchdog.said).toEqual(['1: b']);
  });

  test('every 250 ms if it cannot be watched, which is reported once', () => {
    for (const { failed } of watchdog.watchers) failed('ENOSPC: System limit for number of file watchers reached');
    expect(watchdog.problems).toEqual([expect.stringMatching(/attempt-1\.log: .*ENOSPC.*fs\.inotify\.max_user_watches/)]);
    watchdog.pass(10);
    appendFileSync(own(1), 'a\n');
    watchdog.pass(240);
    expect(watchdog.said).toEqual(['1: a']);
  });

  test('a long log does not delay a short one', () => {
    watchdog.facts.splice(0);
    writeFileSync(own(1), `${'x'.repeat(99)}\n`.repeat(100_000));
    writeFileSync(extra(), 'short\n');
    for (const watcher of watchdog.watchers) watcher.touched();
    watchdog.pass(0);
    const paths = watchdog.facts.map(({ path }) => path);
    expect(paths.indexOf(extra())).toBe(1);
    expect(paths.length).toBeGreaterThan(4);
    expect(watchdog.said).toHaveLength(100_001);
  });
});

describe('the end of an attempt', () => {
  beforeEach(() => {
    writeFileSync(own(1), 'a\n');
    watchdog.tell({ number: 1 });
    expect(watchdog.said).toEqual(['1: a']);
    appendFileSync(own(1), 'b\nlast words');
    appendFileSync(extra(), 'c\nhalf');
  });

  test('while the agent is alive, an unfinished line is left until it is complete', () => {
    expect(watchdog.drain({ number: 1 }, 'catchUp')).toEqual(['1: b', '1: c']);
    appendFileSync(own(1), ' are none\n');
    expect(watchdog.drain({ number: 1 }, 'catchUp')).toEqual(['1: last words are none']);
  });

  test('a drain returns everything that was said, and nothing repeats it', () => {
    expect(watchdog.drain({ number: 1 })).toEqual(['1: b', '1: last words', '1: c']);
    watchdog.facts.splice(0);
    watchdog.tell({ number: 1, alive: false });
    watchdog.pass(3000);
    expect(watchdog.said).toEqual([]);
  });

  test('without a drain, its log is read to the end once more and released; the others are still followed', () => {
    watchdog.tell({ number: 1, alive: false });
    expect(watchdog.said.sort()).toEqual(['1: b', '1: last words']);
    expect(watchdog.watched).toEqual([extra()]);
    appendFileSync(own(1), 'of a survivor\n');
    watchdog.pass(3000);
    expect(watchdog.said).toEqual(['1: c']);
  });

  test('first seen when it has already ended', () => {
    watchdog.restart();
    watchdog.tell({ number: 1, alive: false });
    expect(watchdog.said.sort()).toEqual(['1: b', '1: c', '1: last words']);
    expect(watchdog.watched).toEqual([extra()]);
  });

  test('the next attempt has its own log, and what the others say from then on', () => {
    writeFileSync(own(2), 'd\n');
    watchdog.tell({ number: 2 });
    expect(watchdog.said).toEqual(['1: b', '1: last words', '1: c', '2: d']);
    appendFileSync(extra(), ' and half\n');
    watchdog.touch(extra());
    expect(watchdog.said).toEqual(['2: half and half']);
    expect(watchdog.watched).toEqual([own(2), extra()]);
  });

  test('the drain reads the log of an attempt that was never announced, too', () => {
    writeFileSync(own(2), 'short life');
    expect(watchdog.drain({ number: 2 })).toEqual(['2: short life', '2: c']);
    watchdog.facts.splice(0);
    watchdog.tell({ number: 2, alive: false });
    expect(watchdog.said).toEqual(['1: b', '1: last words']);
  });

  test('the logs of a run that has ended are released', () => {
    watchdog.tell({ number: 1, alive: false }, { state: 'complete' });
    expect(watchdog.said.sort()).toEqual(['1: b', '1: c', '1: last words']);
    expect(watchdog.watched).toEqual([]);
    watchdog.tell({ number: 1, alive: false }, { state: 'complete' });
    expect(watchdog.said).toEqual([]);
  });
});

describe('problems', () => {
  test('are reported once, and again when they change', () => {
    mkdirSync(own(1));
    watchdog.tell({ number: 1 });
    watchdog.pass(5000);
    expect(watchdog.problems).toEqual([`${own(1)}: expected a file, got a directory`]);
    rmSync(own(1), { recursive: true });
    writeFileSync(own(1), 'a\n');
    watchdog.pass(2000);
    expect(watchdog.said).toEqual(['1: a']);
    rmSync(own(1));
    mkdirSync(own(1));
    watchdog.pass(5000);
    expect(watchdog.problems).toHaveLength(2);
  });

  test('with the meaning of a line are reported, and reading continues', () => {
    writeFileSync(own(1), 'a\npoison\n');
    watchdog.tell({ number: 1 });
    expect(watchdog.problems).toEqual([expect.stringContaining('poison in')]);
    expect(watchdog.facts.find(({ path }) => path === own(1))).toMatchObject({ bytes: 9, signals: [{ text: 'a' }] });
    appendFileSync(own(1), 'b\n');
    watchdog.touch(own(1));
    expect(watchdog.said).toEqual(['1: a', '1: b']);
  });
});
