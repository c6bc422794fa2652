import { Command, CommanderError } from 'commander';
import { describe, expect, test } from 'vitest';
import { EXIT_CONFIGURATION, EXIT_NO_RUN, Problem } from '../../../src/cli/terminal/problem.ts';
import { errorAsJson, wantsJson } from '../../../src/cli/terminal/problem-as-json.ts';
import { isHarmful } from '../../kit/kept-state.ts';

const NOTHING = { expected: null, got: null, do: null, parts: [] };

test.each<[string, unknown, object]>([
  [
    'a problem with all that is known of it',
    new Problem(EXIT_NO_RUN, 'there is no run "x"', { expected: 'one of a, b', got: 'x', hint: '`dogwatch status` lists the runs' }),
    {
      code: 66,
      name: 'no-run',
      message: 'there is no run "x"',
      expected: 'one of a, b',
      got: 'x',
      do: '`dogwatch status` lists the runs',
      parts: [],
    },
  ],
  [
    'several problems',
    new Problem(EXIT_CONFIGURATION, '2 settings are not valid', {}, [
      new Problem(EXIT_CONFIGURATION, 'A'),
      new Problem(EXIT_CONFIGURATION, 'B'),
    ]),
    {
      ...NOTHING,
      code: 78,
      name: 'configuration',
      message: '2 settings are not valid',
      parts: [expect.objectContaining({ message: 'A' }), expect.anything()],
    },
  ],
  [
    'a command line that is not understood',
    new CommanderError(1, 'commander.unknownOption', "error: unknown option '--jsn'"),
    { ...NOTHING, code: 64, name: 'usage', message: "unknown option '--jsn'", do: 'see --help' },
  ],
  ['a bug', new TypeError('oops'), { ...NOTHING, code: 1, name: 'bug', message: 'oops', do: 'please report it' }],
])('%s', (_, thrown, error) => {
  const text = errorAsJson(thrown);
  expect(JSON.parse(text)).toEqual({ error });
  expect(text).not.toContain('\n');
});

test('what came from outside is printed without control characters', () => {
  expect(isHarmful(errorAsJson(new Problem(EXIT_NO_RUN, '\u001b[2J\u009b\u202e')))).toBe(false);
});

describe('whether JSON is wanted', () => {
  const program = new Command('dogwatch').enablePositionalOptions();
  program.command('status').option('--json').argument('[runs...]');
  program.command('run').option('--json').argument('<command...>').passThroughOptions();
  program.command('logs');
  program.command('systemd').command('install').option('--json');

  test.each<[string, boolean]>([
    ['status --json', true],
    ['status --jsn --json', true],
    ['status nope', false],
    ['status -- --json', false],
    ['run -- agent --json', false],
    ['run agent --json', false],
    ['logs --json', false],
    ['nonsense --json', false],
    ['systemd install --json', true],
    ['systemd --json', false],
    ['', false],
  ])('%s: %s', (line, isWanted) => {
    expect(wantsJson(program, line.split(' '))).toBe(isWanted);
  });
});
