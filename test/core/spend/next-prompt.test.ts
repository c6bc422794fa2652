import { describe, expect, test } from 'vitest';
import { explain } from '../../../src/core/report/explain.ts';
import { nextPromptInWords } from '../../../src/core/spend/next-prompt.ts';
import { NOTHING_SPENT } from '../../../src/core/spend/run.ts';
import { NO_TOKENS } from '../../../src/core/spend/tokens.ts';
import { answered, HOUR, MINUTE, working } from '../../kit/core/world.ts';

const PRICED = [{ model: 'model', tokens: NO_TOKENS, statedUsd: 1, computedUsd: 0, unpriced: 0 }];
const again = { coldUsd: 0.6, warmUsd: 0.06 };
const ofTokens = (tokens: number, more: object = { again }) => ({
  spend: { ...NOTHING_SPENT, last: { tokens, model: 'model', atWall: 0, ...more } },
  session: 'ses_1',
  spec: { sessions: true },
});

describe('what the next resume roughly costs', () => {
  test.each([
    ['cold', ofTokens(200_000), HOUR, 0, "sends 200k tokens once more, no longer in the provider's cache: about $0.60"],
    ['warm', ofTokens(200_000), 5 * MINUTE, 0, "maybe still in the provider's cache: about $0.06"],
    ['of next to nothing', ofTokens(10, { again: { coldUsd: 0.00003, warmUsd: 0 } }), HOUR, 0, ': less than $0.01'],
    [
      'of an unknown price',
      ofTokens(1_250_000, {}),
      HOUR,
      0,
      "sends 1.3M tokens once more, no longer in the provider's cache: its price is unknown",
    ],
    ['of a session that is given up', ofTokens(200_000), HOUR, 150_000, 'begins a fresh session'],
    [
      'of an unknown context',
      { ...ofTokens(0), spend: { ...NOTHING_SPENT, amounts: PRICED } },
      HOUR,
      0,
      'is unknown: the size of its context was not said',
    ],
  ])('%s', (_what, run, wall, most, words) => {
    expect(nextPromptInWords(run, wall, most)).toContain(words);
  });

  test.each([
    ['nothing was said', { session: 'ses_1', spec: { sessions: true } }],
    ['there is no session', { ...ofTokens(200_000), session: null }],
  ])('%s: nothing', (_what, run) => {
    expect(nextPromptInWords(run, HOUR)).toBeNull();
  });

  test('is part of the explanation of a run without a process', () => {
    const story = working();
    story.says({ ...answered(1, 200_000), again } as Parameters<typeof story.says>[0]);
    expect(explain(story.run, story.now)).not.toContain('once more');
    story.operator({ kind: 'pause', because: 'lunch' });
    story.exits();
    expect(explain(story.run, story.after(HOUR).now)).toContain(
      "The next resume sends 200k tokens once more, no longer in the provider's cache: about $0.60.",
    );
  });
});
