import { Writable } from 'node:stream';
import { WriteStream } from 'node:tty';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadSettings, SettingsError } from '../../../src/cli/client/load-settings.ts';
import { EXIT_CONFIGURATION, EXIT_USAGE, Problem, renderProblem } from '../../../src/cli/terminal/problem.ts';

const pipe = (): NodeJS.WritableStream => new Writable();
const terminal = (): NodeJS.WritableStream =>
  Object.assign(new Writable(), { isTTY: true, getColorDepth: WriteStream.prototype.getColorDepth });
const ESCAPE = '\u001b';

beforeEach(() => {
  for (const name of ['CI', 'FORCE_COLOR', 'NO_COLOR', 'NODE_DISABLE_COLORS']) vi.stubEnv(name, undefined);
  vi.stubEnv('TERM', 'xterm-256color');
});
afterEach(() => vi.unstubAllEnvs());

test.each([
  ['a message alone', new Problem(EXIT_USAGE, 'there is no run "x"'), 'dogwatch: there is no run "x"'],
  [
    'what is known',
    new Problem(EXIT_USAGE, 'there is no run "x"', { got: '"x"', hint: 'did you mean "y"?' }),
    'dogwatch: there is no run "x"\n  got       "x"\n  hint      did you mean "y"?',
  ],
  ['several lines', new Problem(EXIT_USAGE, 'bad', { expected: 'one\ntwo' }), 'dogwatch: bad\n  expected  one\n            two'],
  [
    'parts',
    new Problem(EXIT_CONFIGURATION, '2 are bad', {}, [
      new Problem(EXIT_CONFIGURATION, 'A', { expected: '1' }),
      new Problem(EXIT_CONFIGURATION, 'B'),
    ]),
    'dogwatch: 2 are bad\n  A\n    expected  1\n  B',
  ],
])('%s', (_, problem, text) => {
  expect(renderProblem(problem, pipe())).toBe(text);
});

describe('colours', () => {
  const problem = new Problem(EXIT_USAGE, 'bad', { hint: 'fix it' });

  test('only on a terminal', () => {
    expect(renderProblem(problem, terminal())).toContain(ESCAPE);
    expect(renderProblem(problem, pipe())).not.toContain(ESCAPE);
  });

  test('never with NO_COLOR', () => {
    vi.stubEnv('NO_COLOR', '1');
    expect(renderProblem(problem, terminal())).not.toContain(ESCAPE);
  });
});

describe('settings', () => {
  test('invalid ones are refused all at once, with exit status 78', () => {
    const env = { DOGWATCH_IDLE: '15', DOGWATCH_BALLAST: '16M' };
    const load = () => loadSettings(env, () => {});
    expect(load).toThrow(SettingsError);
    expect(load).toThrow(expect.objectContaining({ exitCode: 78, message: '2 settings are not valid' }));
    const lines = renderProblem(problemOf(load), pipe()).split('\n');
    expect(lines).toEqual([
      'dogwatch: 2 settings are not valid',
      '  DOGWATCH_IDLE',
      '    expected  a duration from 1ms to 24d',
      '    got       "15"',
      '    hint      whole numbers with one unit: 500ms, 90s, 15m, 2h or 7d',
      '  DOGWATCH_BALLAST',
      expect.stringContaining('expected  a size from 0 to 1GiB'),
      '    got       "16M"',
      expect.stringContaining('hint      a number with its unit'),
    ]);
  });

  test('warns about unknown names', () => {
    const warnings: string[] = [];
    expect(loadSettings({ DOGWATCH_IDEL: '1m', DOGWATCH_IDLE: '2m' }, (line) => warnings.push(line)).idleMs).toBe(120_000);
    expect(warnings).toEqual(['DOGWATCH_IDEL is not a setting; did you mean DOGWATCH_IDLE?']);
  });
});

function problemOf(job: () => unknown): Problem {
  try {
    job();
  } catch (error) {
    if (error instanceof Problem) return error;
  }
  throw new Error('expected a problem');
}
