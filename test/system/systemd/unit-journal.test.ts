import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { journalCommand, parseEntry, parseUnit } from '../../../src/system/systemd/unit-journal.ts';

const CURSOR = 's=ab;i=1f;b=cd;m=1;t=2;x=3';
const entry = (more: object) => parseEntry(JSON.stringify({ __CURSOR: CURSOR, ...more }));

describe('an entry of the journal', () => {
  test.each<[string, object, readonly string[]]>([
    ['text', { MESSAGE: 'one line' }, ['one line']],
    ['several lines', { MESSAGE: 'one\ntwo' }, ['one', 'two']],
    ['colours, which journalctl prints as bytes', { MESSAGE: [...Buffer.from('\u001b[31mred\u001b[0m ü')] }, ['red ü']],
    ['invalid UTF-8', { MESSAGE: [0xff, 0x41] }, ['\ufffdA']],
    ['a field that occurs twice', { MESSAGE: ['one', 'two'] }, ['one', 'two']],
    ['none at all', {}, ['']],
    ['longer than what journalctl shows without --all', { MESSAGE: null }, ['']],
  ])('%s', (_, more, lines) => {
    expect(entry(more)).toMatchObject({ cursor: CURSOR, lines, isCut: false });
  });

  test('a line that journald has split', () => {
    expect(entry({ MESSAGE: 'x', _LINE_BREAK: 'line-max' })?.isCut).toBe(true);
    expect(entry({ MESSAGE: 'x', _LINE_BREAK: 'eof' })?.isCut).toBe(false);
  });

  test('anything else is not an entry', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(parseEntry(text)).toBe(null);
      }),
    );
    fc.assert(
      fc.property(fc.jsonValue(), (MESSAGE) => {
        expect(entry({ MESSAGE })?.lines).toBeInstanceOf(Array);
      }),
    );
  });
});

describe('a unit', () => {
  test.each<[string, ReturnType<typeof parseUnit>]>([
    ['app.service', { name: 'app.service', isUsers: false }],
    ['user:app@1.service', { name: 'app@1.service', isUsers: true }],
    ['-f', null],
    ['user:--file=/etc/shadow', null],
    ['a b', null],
    ['', null],
  ])('%j', (text, unit) => {
    expect(parseUnit(text)).toEqual(unit);
  });

  test('is a separate argument', () => {
    expect(journalCommand({ name: 'app.service', isUsers: true }, CURSOR, true)).toEqual(
      expect.arrayContaining(['--user-unit=app.service', `--after-cursor=${CURSOR}`, '--follow', '--all']),
    );
    expect(journalCommand({ name: 'app.service', isUsers: false }, CURSOR, false)).not.toContain('--follow');
  });
});
