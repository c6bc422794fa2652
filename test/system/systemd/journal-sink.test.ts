import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { asText, type JournalEntry, journalSink } from '../../../src/system/systemd/journal-sink.ts';
import { until } from '../../kit/until.ts';

const entry = (message: string, fields: JournalEntry['fields'] = {}): JournalEntry => ({ message, priority: 'notice', fields });

/** A `logger` that runs this script. */
function logger(script: string): { program: string; got: () => readonly string[] } {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-logger-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const program = join(directory, 'logger');
  const file = join(directory, 'got');
  writeFileSync(file, '');
  writeFileSync(program, `#!/bin/sh\n[ "$*" = --journald ] || exit 9\n${script.replaceAll('GOT', file)}\n`);
  chmodSync(program, 0o755);
  return {
    program,
    got: () =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('MESSAGE=')),
  };
}

test('one line per value, nulls left out', () => {
  expect(
    asText(
      entry('upgrade working: it lives', {
        DOGWATCH_RUN: 'upgrade',
        DOGWATCH_FROM: null,
        DOGWATCH_ACTION: ['end', 'escalate'],
        DOGWATCH_SEQ: 7,
      }),
    ),
  ).toBe(
    'MESSAGE=upgrade working: it lives\nPRIORITY=5\nSYSLOG_IDENTIFIER=dogwatch\nDOGWATCH_RUN=upgrade\nDOGWATCH_ACTION=end\nDOGWATCH_ACTION=escalate\nDOGWATCH_SEQ=7\n',
  );
});

test('text from a run can neither forge a field nor hide a line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string({ unit: 'grapheme' })), (message, actions) => {
      const lines = asText(entry(`${message}\nPRIORITY=0\r\nX=y\u2028Z=1`, { DOGWATCH_ACTION: actions })).split('\n');
      expect(lines.pop()).toBe('');
      expect(lines.map((line) => line.slice(0, line.indexOf('=')))).toEqual([
        'MESSAGE',
        'PRIORITY',
        'SYSLOG_IDENTIFIER',
        ...actions.map(() => 'DOGWATCH_ACTION'),
      ]);
      expect(lines.join('').replaceAll('\t', '')).not.toMatch(/\p{Cc}/u);
    }),
  );
});

test('secrets of a known shape are removed', () => {
  const token = `ghp_${'a1B2'.repeat(9)}`;
  expect(asText(entry(`the check printed ${token}`))).not.toContain(token);
});

test('entries arrive in order, one at a time', async () => {
  const { program, got } = logger('text=$(cat); sleep 0.0$(( $$ % 3 )); printf "%s\\n" "$text" >>GOT');
  const sink = journalSink(process.env.PATH ?? '', () => expect.unreachable(), program);
  const messages = Array.from({ length: 12 }, (_, index) => `entry ${index}`);
  for (const message of messages) sink.write(entry(message));
  await sink.close();
  expect(got()).toEqual(messages.map((message) => `MESSAGE=${message}`));
});

test.each([
  ['does not exist', '/nonexistent/logger', /ENOENT/],
  ['fails', null, /no journal/],
])('if logger %s, each entry is reported otherwise', async (_, path, why) => {
  const program = path ?? logger('cat >/dev/null; echo no journal >&2; exit 1').program;
  const said: [string, string][] = [];
  const sink = journalSink(process.env.PATH ?? '', ({ message }, because) => said.push([message, because]), program);
  sink.write(entry('one'));
  sink.write(entry('two'));
  await until('both are reported', () => said.length === 2);
  expect(said.map(([message]) => message)).toEqual(['one', 'two']);
  expect(said[0]?.[1]).toMatch(why);
});

test('a stalled journal blocks nothing: excess entries are counted', async () => {
  const { program, got } = logger('text=$(cat); while [ ! -e GOT.open ]; do sleep 0.05; done; printf "%s\\n" "$text" >>GOT');
  const sink = journalSink(process.env.PATH ?? '', () => expect.unreachable(), program, 20);
  for (let number = 0; number < 30; number++) sink.write(entry(`entry ${number}`));
  writeFileSync(`${program.slice(0, -'logger'.length)}got.open`, '');
  await until('it accepts them', () => got().length > 2);
  sink.write(entry('after it'));
  await until('all kept entries are there', () => got().at(-1) === 'MESSAGE=after it');
  expect(got()).toContain('MESSAGE=9 entries were dropped: the journal accepted none');
  expect(got()).toHaveLength(21 + 2);
});
