import { describe, expect, test } from 'vitest';
import { failedUnitMessage, messageOf, testMessage } from '../../../src/core/notices/message.ts';
import { clear, openNotice } from '../../../src/core/notices/notice.ts';
import { delivered } from '../../../src/core/notices/schedule.ts';
import { news, plus, START } from '../../kit/core/notice-samples.ts';
import { HOUR } from '../../kit/core/world.ts';

const MAIL = 'smtp://mail';
const notice = openNotice(news(), START);
const told = delivered(notice, MAIL, notice, { kind: 'accepted' }, START, 0);

test('a notice says which run, what is wrong, since when, what was tried, the last lines, and what to type', () => {
  const { title, text, event } = messageOf(notice, MAIL, 'build-7', START.wall);
  expect([event, title]).toEqual(['notice', 'upgrade: it needs a person']);
  expect(text).toBe(`a person is needed: the registry wants a new token
Run: upgrade
On build-7, since 2026-01-05 03:00 UTC.

What was tried:
- 3 resumes, 2 of 20 since the last milestone

The last lines:
> npm error code E401
> npm error need auth

What to type next:
  dogwatch explain upgrade
  dogwatch ack upgrade

Notice ${notice.id}.`);
});

test('a reminder says that it is one, and for how long', () => {
  const { title, text, event, key } = messageOf(told, MAIL, 'build-7', START.wall + HOUR);
  expect([event, title, key]).toEqual(['reminder', 'still: upgrade: it needs a person', `${notice.id}-2`]);
  expect(text).toContain('On build-7, since 2026-01-05 03:00 UTC (1h).');
});

test('an all-clear says what is over, and why', () => {
  const over = clear(told, 'resume requested by the operator', plus(HOUR));
  const { title, text, event, key, document } = messageOf(over, MAIL, 'build-7', START.wall + HOUR);
  expect([event, title, key]).toEqual(['all-clear', 'over: upgrade: it needs a person', `${notice.id}-over`]);
  expect(text).toBe(`It is over: resume requested by the operator.
It was: a person is needed: the registry wants a new token
Run: upgrade
On build-7, since 2026-01-05 03:00 UTC (1h). Notice ${notice.id}.`);
  expect(document.over).toBe('resume requested by the operator');
});

test('for programs it is the same in fields', () => {
  expect(messageOf(notice, MAIL, 'build-7', START.wall).document).toEqual({
    version: 1,
    id: notice.id,
    key: `${notice.id}-1`,
    event: 'notice',
    host: 'build-7',
    cause: 'blocked/upgrade.1',
    runs: ['upgrade'],
    title: 'upgrade: it needs a person',
    sentence: 'a person is needed: the registry wants a new token',
    over: null,
    since: '2026-01-05T03:00:00.000Z',
    tried: news().tried,
    lastLines: news().lastLines,
    commands: news().commands,
  });
});

describe('whom it is about', () => {
  const of = (count: number) =>
    messageOf(
      openNotice(news({ runs: Array.from({ length: count }, (_, index) => ({ id: `r${index}.1`, name: `r${index}` })) }), START),
      MAIL,
      'build-7',
      START.wall,
    );

  test.each([
    [0, 'dogwatch: it needs a person', null],
    [1, 'r0: it needs a person', 'Run: r0'],
    [2, '2 runs: it needs a person', 'Runs: r0, r1'],
  ])('%i runs', (count, title, line) => {
    expect(of(count).title).toBe(title);
    if (line === null) expect(of(count).text).not.toContain('Run');
    else expect(of(count).text.split('\n')).toContain(line);
  });

  test('of many runs some are named', () => {
    expect(of(31).text).toContain('r18, r19 and 11 more');
    expect(of(31).document.runs).toHaveLength(20);
  });
});

test('a test says that nothing is wrong', () => {
  const { title, event, noticeId } = testMessage('build-7', START.wall);
  expect([event, title]).toEqual(['test', 'dogwatch: this is a test, nothing is wrong']);
  expect(noticeId).toMatch(/^test-/);
});

test('a test says what it is in fields, too', () => {
  expect(testMessage('build-7', START.wall).document).toEqual({
    version: 1,
    id: `test-${START.wall.toString(36)}`,
    key: `test-${START.wall.toString(36)}-1`,
    event: 'test',
    host: 'build-7',
    cause: 'test',
    runs: [],
    title: 'dogwatch: this is a test, nothing is wrong',
    sentence: 'This is a test: a run that needs a person would be reported here.',
    over: null,
    since: '2026-01-05T03:00:00.000Z',
    tried: [],
    lastLines: [],
    commands: ['dogwatch status'],
  });
});

test('a unit that failed: which, why, its last lines, and what to type', () => {
  const failed = { unit: 'dogwatch.service', result: 'start-limit-hit', lastLines: ['EIO'], commands: ['journalctl -u dogwatch'] };
  const { document, text, event } = failedUnitMessage(failed, 'build-7', START.wall);
  const id = `unit-${START.wall.toString(36)}`;
  expect(event).toBe('notice');
  expect(document).toMatchObject({ id, key: `${id}-1`, cause: 'unit-failed', runs: [], title: 'dogwatch: dogwatch.service has failed' });
  expect(text).toBe(`The service manager has given up dogwatch.service: start-limit-hit.
On build-7, since 2026-01-05 03:00 UTC.

The last lines:
> EIO

What to type next:
  journalctl -u dogwatch

Notice ${id}.`);
});

test('a notice of nothing but what is wrong has no empty parts', () => {
  const bare = openNotice(news({ tried: [], lastLines: [], commands: [], runs: [] }), START);
  expect(messageOf(bare, MAIL, 'build-7', START.wall).text).toBe(`a person is needed: the registry wants a new token
On build-7, since 2026-01-05 03:00 UTC.

Notice ${bare.id}.`);
});

test.each([
  [20, 'r18, r19'],
  [21, 'r18, r19 and 1 more'],
])('of %i runs', (count, end) => {
  const runs = Array.from({ length: count }, (_, index) => ({ id: `r${index}.1`, name: `r${index}` }));
  const [, line = ''] = messageOf(openNotice(news({ runs }), START), MAIL, 'build-7', START.wall).text.split('\n');
  expect(line.endsWith(`, ${end}`)).toBe(true);
});

test('dates in a sentence are written in UTC, and the lines of a log stay as they are', () => {
  const dated = { ...notice, sentence: 'the weekly window resets 2026-01-08T03:00:00.000Z', lastLines: ['at 2026-01-05T02:59:00Z'] };
  const { text, document } = messageOf(dated, MAIL, 'build-7', START.wall);
  expect(text).toContain('the weekly window resets 2026-01-08 03:00 UTC\n');
  expect(text).toContain('> at 2026-01-05T02:59:00Z');
  expect(document.sentence).toBe(dated.sentence);
});
