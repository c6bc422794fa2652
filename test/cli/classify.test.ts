import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { register } from '../../src/cli/classify.ts';
import { inputLines } from '../../src/cli/input-lines.ts';
import { Problem } from '../../src/cli/terminal/problem.ts';
import { runCommand } from '../kit/run-command.ts';

interface Sample {
  readonly agent: string;
  readonly at: string;
  readonly processTimeZone: string;
  readonly line: string;
  readonly expect: { readonly signal: string; readonly resetsAt?: string };
}

const samples = readFileSync(new URL('../fixtures/corpus/lines.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line): Sample => JSON.parse(line));

afterEach(() => {
  vi.restoreAllMocks();
  // Each call adds a listener for a broken pipe that stays for the life of the process.
  process.stdout.removeAllListeners('error');
});

async function classify(input: string, ...argv: string[]) {
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(Readable.from([Buffer.from(input)]) as never);
  return runCommand(register, ['classify', ...argv], { TZ: 'UTC' });
}
const json = async (input: string, ...argv: string[]) =>
  (await classify(input, '--json', ...argv)).out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

describe('classify', () => {
  test.each(samples.map((sample) => [sample.agent, sample.line, sample] as const))('%s: %s', async (agent, line, sample) => {
    const found = await json(`${line}\n`, '--agent', agent, '--at', sample.at, '--timezone', sample.processTimeZone);
    expect(found).toEqual([{ line: 1, ...sample.expect, scope: undefined, text: expect.any(String) }]);
  });

  test('a complete capture: one object per line', async () => {
    const found = await json('{"type":"turn.started"}\n\nERROR: Quota exceeded.\r\nlast', '--agent', 'codex');
    expect(found.map(({ line, signal, text }) => [line, signal, text])).toEqual([
      [1, 'none', '{"type":"turn.started"}'],
      [2, 'none', ''],
      [3, 'limit', 'Quota exceeded.'],
      [4, 'none', 'last'],
    ]);
  });

  test('a table for people, sanitized', async () => {
    const { out } = await classify(
      "You've hit your limit · resets 8pm (Europe/Berlin)\n\u001b]0;evil\u0007\n",
      '--agent',
      'claude',
      '--at',
      '2026-07-01T12:00:00Z',
    );
    expect(out.split('\n')).toEqual([
      'signal           resets at (UTC)       line',
      "limit            2026-07-01T18:00:00Z  1: You've hit your limit · resets 8pm (Europe/Berlin)",
      expect.stringMatching(/^none {35}2: /),
      '',
    ]);
    expect(out).not.toContain('\u001b');
  });

  test.each([
    [['--agent', 'claude', '--at', 'yesterday'], '--at is not a time'],
    [['--agent', 'claude', '--timezone', 'Mars/Olympus'], '--timezone is not a known time zone'],
  ])('%s is refused', async (argv, message) => {
    const { thrown } = await classify('', ...argv);
    expect(thrown).toBeInstanceOf(Problem);
    expect(thrown).toHaveProperty('message', message);
  });
});

describe('the lines of a stream', () => {
  const linesOf = async (...pieces: (string | Buffer)[]) => {
    const lines: string[] = [];
    for await (const some of inputLines(Readable.from(pieces))) lines.push(...some);
    return lines;
  };

  test.each<[what: string, pieces: (string | Buffer)[], lines: string[]]>([
    ['nothing', [], []],
    ['pieces that end anywhere', [Buffer.from('a\nb'), Buffer.from('c'), Buffer.from('\n\nd')], ['a', 'bc', '', 'd']],
    ['a letter in two pieces', [Buffer.from([0xc3]), Buffer.from([0xa4, 0x0a])], ['ä']],
    ['line ends of Windows', [Buffer.from('a\r\nb\r\n')], ['a', 'b']],
  ])('%s', async (_what, pieces, lines) => {
    expect(await linesOf(...pieces)).toEqual(lines);
  });

  test('keeps only the start of an endless line', async () => {
    const piece = Buffer.alloc(65_536, 'a');
    const [line = '', next] = await linesOf(...Array.from({ length: 40 }, () => piece), Buffer.from('\nnext\n'));
    expect(line.length).toBe(1024 * 1024);
    expect(next).toBe('next');
  });
});

describe('what an agent says it used', () => {
  const LINE =
    '{"type":"turn.completed","usage":{"input_tokens":3000,"cached_input_tokens":2000,"output_tokens":100,"reasoning_output_tokens":7}}';

  test('is shown for people', async () => {
    const { out } = await classify(`{"type":"thread.started","thread_id":"01a2"}\n${LINE}\n`, '--agent', 'codex');
    expect(out).toMatch(/usage {12}.*2: session of unknown model: 3\.1k tokens, price unknown \| \{"type":"turn\.completed"/);
  });

  test('and for programs', async () => {
    const [, found] = await json(`{"type":"thread.started","thread_id":"01a2"}\n${LINE}\n`, '--agent', 'codex');
    expect(found).toMatchObject({
      signal: 'usage',
      usage: [{ of: 'session', id: '01a2', shares: [{ tokens: { input: 1000, cacheRead: 2000, output: 100, reasoning: 7 } }] }],
    });
  });
});
