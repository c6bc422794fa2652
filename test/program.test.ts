import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { programFor } from '../src/program.ts';

const names = ({ commands }: Command): string[] => commands.map((command) => command.name());

test('a program has the one command that its first word names, with all its options', () => {
  const whole = programFor([]);
  const own = names(whole).filter((name) => name !== 'help' && name !== 'complete');
  expect(own.length).toBeGreaterThan(30);
  for (const name of own) {
    const program = programFor([name, '--json']);
    const found = program.commands.find((command) => command.name() === name);
    expect(found?.helpInformation(), name).toBe(whole.commands.find((command) => command.name() === name)?.helpInformation());
    expect(names(program).length, name).toBeLessThanOrEqual(5);
  }
});

test.each([[[]], [['--help']], [['--no-such-option']], [['stauts']], [['help', 'run']], [['complete', '--', 'ru']], [['constructor']]])(
  'a program has all commands for %j',
  (words) => expect(names(programFor(words))).toEqual(names(programFor([]))),
);

test('a command that is mistyped is corrected', async () => {
  const program = programFor(['stauts']);
  program.configureOutput({ writeErr: () => {} });
  await expect(program.parseAsync(['stauts'], { from: 'user' })).rejects.toThrow(/Did you mean status/);
});
