import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { causeAt, key } from '../../../src/core/model/cause.ts';
import {
  ack,
  acknowledged,
  changedBy,
  clear,
  clearedOf,
  MAX_NOTICES,
  mergeInto,
  type Notice,
  opened,
  openNotice,
  together,
} from '../../../src/core/notices/notice.ts';
import { news, plus, START } from '../../kit/core/notice-samples.ts';

const run = (name: string) => ({ id: `${name}.1`, name });

describe('one cause is one notice', () => {
  test('twelve runs on one full disk', () => {
    let notices: readonly Notice[] = [];
    for (let number = 1; number <= 12; number++) {
      const { kept, dropped } = opened(notices, news({ cause: 'disk /', runs: [run(`job-${number}`)] }), plus(number));
      expect([kept.length, dropped]).toEqual([1, []]);
      notices = [...notices.filter(({ id }) => id !== kept[0]?.id), ...kept];
    }
    expect(notices).toHaveLength(1);
    expect(notices[0]?.runs.map(({ name }) => name)).toEqual(Array.from({ length: 12 }, (_, index) => `job-${index + 1}`));
    expect(notices[0]?.sinceWall).toBe(START.wall + 1);
  });

  test('another cause is another one', () => {
    const first = openNotice(news(), START);
    expect(opened([first], news({ cause: 'budget/upgrade.1' }), START).kept[0]?.id).not.toBe(first.id);
  });

  test('a cleared notice stays cleared: a recurring cause opens a new one', () => {
    const over = clear(openNotice(news(), START), 'it was resumed', START);
    const [notice] = opened([over], news(), START).kept;
    expect(notice).toMatchObject({ state: 'open', deliveries: {} });
    expect(notice?.id).not.toBe(over.id);
  });

  test('its id is the same wherever it is made', () => {
    expect(openNotice(news(), START).id).toBe(openNotice(news({ sentence: 'other words' }), START).id);
    expect(openNotice(news(), START).id).not.toBe(openNotice(news(), plus(1)).id);
  });
});

describe('more of the same cause', () => {
  test('of a run that is known: the newest words count', () => {
    const merged = mergeInto(openNotice(news(), START), news({ sentence: 'and now this', lastLines: ['new'] }));
    expect(merged).toMatchObject({ sentence: 'and now this', lastLines: ['new'], sinceWall: START.wall });
    expect(merged.runs).toHaveLength(1);
  });

  test('of another run: it joins, and the words stay those of the first', () => {
    const merged = mergeInto(openNotice(news(), START), news({ runs: [run('docs')], sentence: 'another' }));
    expect(merged.sentence).toBe(news().sentence);
    expect(merged.runs.map(({ name }) => name)).toEqual(['upgrade', 'docs']);
  });

  test('an acknowledged notice is not sent again', () => {
    const known = ack(openNotice(news(), START), plus(1));
    expect(opened([known], news({ runs: [run('docs')] }), plus(2)).kept[0]?.state).toBe('acked');
  });
});

describe('acknowledging', () => {
  const [mine, others] = [openNotice(news(), START), openNotice(news({ cause: 'blocked/docs.1', runs: [run('docs')] }), START)];
  const shared = openNotice(news({ cause: 'auth/claude/1', runs: [run('docs'), run('upgrade')] }), START);

  test('concerns every open notice of that run, and no other', () => {
    const acked = acknowledged([mine, others, shared], 'upgrade.1', plus(5));
    expect(acked.map(({ id, state, stateAt }) => [id, state, stateAt])).toEqual([
      [mine.id, 'acked', plus(5)],
      [shared.id, 'acked', plus(5)],
    ]);
  });

  test.each<[string, readonly Notice[], string]>([
    ['no notice', [], 'upgrade.1'],
    ['another run', [others], 'upgrade.1'],
    ['known already', [ack(mine, START)], 'upgrade.1'],
    ['over already', [clear(mine, 'gone', START)], 'upgrade.1'],
  ])('there is nothing to acknowledge: %s', (_, notices, id) => {
    expect(acknowledged(notices, id, START)).toEqual([]);
  });
});

describe('the cause is gone', () => {
  test('for what was open and what was acknowledged, once', () => {
    const notices = [
      openNotice(news(), START),
      ack(openNotice(news({ cause: 'b' }), START), START),
      openNotice(news({ cause: 'c' }), START),
    ];
    const over = clearedOf(notices, (cause) => key(cause) !== 'c', 'space was freed', plus(9));
    expect(over.map(({ cause, state, over: why, stateAt }) => [cause, state, why, stateAt])).toEqual([
      ['blocked/upgrade.1', 'cleared', 'space was freed', plus(9)],
      ['b', 'cleared', 'space was freed', plus(9)],
    ]);
    expect(clearedOf(over, () => true, 'again', plus(10))).toEqual([]);
    expect(clear(over[0]!, 'again', plus(10))).toBe(over[0]);
    expect(ack(over[0]!, plus(10))).toBe(over[0]);
  });
});

test('whatever is in it, it is small', () => {
  const any = fc.record({
    cause: fc.string().map(causeAt),
    runs: fc.array(fc.record({ id: fc.string(), name: fc.string() })),
    subject: fc.string({ maxLength: 300 }),
    sentence: fc.string({ maxLength: 1500, unit: 'binary' }),
    tried: fc.array(fc.string({ maxLength: 500 }), { maxLength: 50 }),
    lastLines: fc.array(fc.string({ maxLength: 500 }), { maxLength: 50 }),
    commands: fc.array(fc.string({ maxLength: 500 })),
  });
  fc.assert(
    fc.property(any, (wild) => {
      const { subject, sentence, tried, lastLines, commands } = openNotice(wild, START);
      expect([
        subject.length <= 200,
        sentence.length <= 1000,
        tried.length <= 10,
        lastLines.length <= 20,
        commands.length <= 5,
      ]).not.toContain(false);
      expect([...tried, ...lastLines, ...commands].every((line) => line.length <= 200)).toBe(true);
      if (wild.lastLines.length > 0 && wild.lastLines.at(-1)!.length <= 200) expect(lastLines.at(-1)).toBe(wild.lastLines.at(-1));
    }),
    { numRuns: 25 },
  );
});

test('the number is limited: the oldest cleared ones are removed', () => {
  const many = Array.from({ length: MAX_NOTICES }, (_, number) => openNotice(news({ cause: `c/${number}` }), START));
  const notices = many.map((notice, index) => (index === 3 || index === 7 ? clear(notice, 'gone', START) : notice));
  expect(opened(notices, news(), START).dropped).toEqual([notices[3]?.id]);
  expect(opened(many, news(), START).dropped).toEqual([]);
});

describe('several changes', () => {
  const [first, second] = [openNotice(news({ cause: 'first' }), START), openNotice(news({ cause: 'second' }), START)];
  const again = { ...first, subject: 'again' };

  test('are one: the last about each notice counts', () => {
    const kept = { kept: [first, second], dropped: [] };
    const dropped = { kept: [], dropped: [first.id] };
    expect(together([kept, dropped])).toEqual({ kept: [second], dropped: [first.id] });
    expect(together([kept, dropped, { kept: [again], dropped: [] }])).toEqual({ kept: [second, again], dropped: [] });
    expect(together([])).toEqual({ kept: [], dropped: [] });
  });

  test('leave the others in their order', () => {
    expect(changedBy([first, second], { kept: [again], dropped: [] })).toEqual([again, second]);
    expect(changedBy([first], { kept: [second], dropped: [first.id] })).toEqual([second]);
  });
});
