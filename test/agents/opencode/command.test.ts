import { describe, expect, test } from 'vitest';
import { opencode } from '../../../src/agents/opencode/agent.ts';
import { specWith } from '../../kit/core/world.ts';

const words = (line: string): string[] => line.split(' ');

describe('the command as it is started', () => {
  const prepared = (line: string) => opencode.prepare(words(line), 'u1');
  test.each([
    ['opencode run x', 'opencode run --format json --title dogwatch-u1 x'],
    ['opencode run --format default x', 'opencode run --title dogwatch-u1 --format default x'],
    ['opencode run --title mine x', 'opencode run --format json --title mine x'],
    ['opencode run -s ses_1 x', 'opencode run --format json -s ses_1 x'],
    ['opencode --print-logs run x', 'opencode --print-logs run --format json --title dogwatch-u1 x'],
  ])('%s', (line, expected) => {
    expect(prepared(line)).toEqual({ command: words(expected) });
  });
  test.each([['opencode'], ['opencode serve'], ['opencode run --attach http://127.0.0.1:4096 x'], ['opencode run -i x']])(
    '%s is refused',
    (line) => {
      expect(prepared(line)).toHaveProperty('problem');
    },
  );
});

describe('the command as it is resumed', () => {
  test.each([
    ['opencode run --format json --title t x y', 'opencode run --format json --session ses_1'],
    ['opencode run -m p/m --agent build --variant high x', 'opencode run -m p/m --agent build --variant high --session ses_1'],
    ['opencode run --model=p/m --auto --thinking x', 'opencode run --model=p/m --auto --thinking --session ses_1'],
    ['opencode run --command upgrade-all --dir sub all', 'opencode run --dir sub --session ses_1'],
    ['opencode run -f a.txt b.txt -m p/m x', 'opencode run -m p/m --session ses_1'],
    ['opencode run -c --fork x', 'opencode run --session ses_1'],
    ['opencode run -s ses_0 x', 'opencode run --session ses_1'],
    ['opencode run --print-logs --log-level INFO -- -x --model', 'opencode run --print-logs --log-level INFO --session ses_1'],
    ['opencode run --unknown v x', 'opencode run --unknown v --session ses_1'],
    ['npx opencode-ai run x', 'npx opencode-ai run --session ses_1'],
  ])('%s', (line, expected) => {
    const plan = opencode.resume(specWith({ command: words(line) }), 'ses_1', 'go on\nplease');
    expect(plan).toEqual({ argv: words(expected), stdin: 'go on\nplease' });
  });

  test('never with --continue, however it was started', () => {
    const { argv } = opencode.resume(specWith({ command: words('opencode run --continue x') }), 'ses_1', 'p');
    expect(argv.some((word) => word === '--continue' || word === '-c')).toBe(false);
  });
});

describe('the command of a fresh session', () => {
  test.each([
    ['opencode run --format json --title t -m p/m -- x y', 'opencode run --format json --title t -m p/m -- x y'],
    ['opencode run --session ses_0 --fork -f a.txt -- -x --model', 'opencode run -f a.txt -- -x --model'],
    ['opencode run -c --command upgrade-all', 'opencode run --command upgrade-all'],
  ])('%s', (line, expected) => {
    expect(opencode.fresh(specWith({ command: words(line) }), 'what was done')).toEqual({ argv: words(expected), stdin: 'what was done' });
  });

  test('the task from stdin precedes the digest', () => {
    const spec = specWith({ command: words('opencode run'), prompt: 'upgrade everything' });
    expect(opencode.fresh(spec, 'what was done').stdin).toBe('upgrade everything\nwhat was done');
  });
});
