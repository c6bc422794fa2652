import { expect, test } from 'vitest';
import { evolve } from '../../../src/core/evolve/observation.ts';
import type { Command } from '../../../src/core/model/facts.ts';
import { type AllowInside, type Inside, insideInWords, isRefusedInside } from '../../../src/core/model/inside.ts';
import { HOUR, working } from '../../kit/core/world.ts';

const INSIDE: Inside = { of: 'attempt', run: 'other.2', number: 3 };

test.each<[AllowInside, string | null, boolean]>([
  ['1', 'other.2', false],
  ['1', 'upgrade.1', false],
  ['1', null, false],
  ['own', 'other.2', false],
  // Another run of the same name.
  ['own', 'other.1', true],
  ['own', 'upgrade.1', true],
  ['own', null, true],
  ['0', 'other.2', true],
  ['0', null, true],
])('with %s a request about %s is refused: %s', (allow, run, refused) => expect(isRefusedInside(allow, INSIDE, run)).toBe(refused));

test.each<[Inside, string]>([
  [INSIDE, 'from inside other, attempt 3'],
  [{ ...INSIDE, of: 'recovery' }, 'from inside other, recovery agent 3'],
  [{ ...INSIDE, run: 'v1.2.1' }, 'from inside v1.2, attempt 3'],
])('%j: %s', (inside, words) => expect(insideInWords(inside)).toBe(words));

const story = working();
const ask = (command: Command, refused: boolean) =>
  evolve(
    story.run,
    {
      kind: 'operator.requested',
      run: story.run.id,
      request: 'r',
      seq: 9,
      at: story.after(HOUR).now,
      jitter: 0,
      command,
      inside: { ...INSIDE, refused },
    },
    { holds: [], windows: [] },
  );

test.each<[Command, note: string]>([
  [{ kind: 'pause', because: 'so' }, 'paused from inside other, attempt 3: so'],
  [{ kind: 'stop', because: 'so' }, 'a stop was requested from inside other, attempt 3: so'],
  [{ kind: 'resume', prompt: null }, 'resume requested from inside other, attempt 3; the budget is reset'],
])('%j is followed, and the history says whence it came', (command, note) => {
  const { run, note: said } = ask(command, false);
  expect(said).toContain(note);
  const because = (run.paused ?? run.stopping)?.because ?? null;
  if (because !== null) expect(because).toBe('so (from inside other, attempt 3)');
});

test.each<Command>([
  { kind: 'pause', because: 'so' },
  { kind: 'unpause' },
  { kind: 'stop', because: 'so' },
  { kind: 'resume', prompt: null },
  { kind: 'ack' },
])('%j that is not allowed changes nothing, and is remembered', (command) => {
  const { run, note, refused } = ask(command, true);
  expect(run).toBe(story.run);
  expect(note).toMatch(new RegExp(`^\`dogwatch ${command.kind}\` was asked for from inside other, attempt 3, and refused: DOGWATCH_ALLOW`));
  expect(refused).toMatch(/^DOGWATCH_ALLOW_INSIDE/);
});
