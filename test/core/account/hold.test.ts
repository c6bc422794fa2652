import { describe, expect, test } from 'vitest';
import { type AccountHold, inWords, isAhead, nameOf, waitsFor } from '../../../src/core/account/hold.ts';
import { holdOf } from '../../kit/core/samples.ts';
import { HOUR, MINUTE, POLICY, working } from '../../kit/core/world.ts';

const story = working();
story.exits(1);
const { run } = story;
const AT = story.now;

const hold = (patch: Partial<AccountHold> = {}): AccountHold => holdOf(run.spec.account, AT, patch);
const probe = (of: string) => ({ run: of, attempt: 2 });

describe('what a run waits for', () => {
  const [soon, late, never] = [hold({ untilWall: AT.wall + MINUTE }), hold(), hold({ untilWall: null, isCap: true })];
  const over = hold({ untilWall: AT.wall });

  test.each<[string, readonly AccountHold[], AccountHold | null]>([
    ['nothing', [], null],
    ['what is over', [over], null],
    ['what ends later, whatever the order', [soon, late], late],
    ['the other order', [late, soon], late],
    ['what no clock ends', [late, never, soon], never],
    ['what is not over, beside what is', [over, soon], soon],
    ['what another run tries first', [hold({ ...over, probe: probe('other-1') })], hold({ ...over, probe: probe('other-1') })],
    ['what it tries itself', [hold({ ...over, probe: probe(run.id) })], null],
    ['what is of another model', [hold({ model: { name: 'opus' } })], null],
  ])('%s', (_, holds, expected) => expect(waitsFor(run, holds, AT)).toEqual(expected));
});

const CEILING = POLICY.limitCeilingMs + HOUR;
test.each([
  [0, false],
  [1, true],
  [CEILING, true],
  [CEILING + 1, false],
])('a date in %d ms is ahead: %s', (ms, expected) => expect(isAhead(AT.wall + ms, run, AT)).toBe(expected));

test.each<[Partial<AccountHold>, name: string]>([
  [{}, 'limit weekly'],
  [{ kind: 'auth', limit: '' }, 'auth'],
  [{ model: { name: 'opus' } }, 'limit weekly of opus'],
  [{ model: { name: null } }, 'limit weekly of the default model'],
])('a hold is called by its kind, its limit and its model (%#)', (patch, name) => expect(nameOf(hold(patch))).toBe(name));

const resets = (provenance: AccountHold['provenance']) => ({ resetsAtWall: Date.UTC(2026, 10, 24), provenance });
test.each<[Partial<AccountHold>, words: string]>([
  [{}, 'no reset time was stated'],
  [{ isCap: true }, 'a person has to lift it'],
  [resets('structured'), 'resets 2026-11-24T00:00:00.000Z (stated in an event)'],
  [resets('prose'), 'resets 2026-11-24T00:00:00.000Z (stated in words)'],
  [resets('assumed'), 'resets 2026-11-24T00:00:00.000Z (stated in words without a time zone)'],
  [resets(null), 'resets 2026-11-24T00:00:00.000Z (stated in words without a time zone)'],
  [{ refusals: 1 }, 'no reset time was stated; refused again once'],
  [{ refusals: 2 }, 'no reset time was stated; refused again 2 times'],
])('a limit in words (%#)', (patch, words) =>
  expect(inWords(hold(patch))).toBe(`the weekly limit of ${run.spec.account} is spent (spent); ${words}`),
);

test('refused credentials in words', () =>
  expect(inWords(hold({ kind: 'auth', text: 'no key' }))).toBe(
    `the credentials of ${run.spec.account} were refused (no key); log in again, or \`dogwatch resume\` a run of it`,
  ));
