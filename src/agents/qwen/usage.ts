import { promptOf } from '../../core/spend/tokens.ts';
import type { Usage } from '../../core/spend/usage.ts';
import { fitted } from '../event/fields.ts';
import { ANY_NUMBER, ANY_TEXT, NUMBER, TEXT } from '../event/form.ts';
import { AFTER_CONTENT } from '../event/json.ts';
import { type AnthropicCounts, nameOf, tokensIn, usageSignal } from '../lines/counts.ts';

/** An event with an answer, or the last one of a turn (0.15.10). */
const EVENT = {
  session_id: 'string',
  parent_tool_use_id: 'any',
  message: { id: 'string', model: 'any', usage: {} },
  usage: {},
} as const;

/** An answer as qwen-code writes it (0.24.4 and 0.15.10): before what it says, and after. */
const BEFORE = new RegExp(
  `^\\{"type":"assistant","uuid":${ANY_TEXT},"session_id":${TEXT},"parent_tool_use_id":(null|${ANY_TEXT}),` +
    `"message":\\{"id":${TEXT},"type":"message","role":"assistant","model":${TEXT},"content":\\[`,
);
const AFTER = new RegExp(
  `\\],"stop_reason":(?:null|${ANY_TEXT}),"usage":\\{"input_tokens":${NUMBER},"output_tokens":${NUMBER}` +
    `(?:,"cache_read_input_tokens":${NUMBER})?(?:,"total_tokens":${ANY_NUMBER})?\\}\\}\\}$`,
  'y',
);

/**
 * What events of qwen-code say that was used. Answers of sub-agents say zero. The total of a result
 * includes them, and everything that the session used before, in turns that were killed as well.
 */
export function qwenUsage(continues: boolean) {
  let model: string | null = null;
  const older = continues ? { mayBeOlder: true } : {};
  const used = (session: string, id: string, named: unknown, isMain: boolean, counts: AnthropicCounts): readonly Usage[] => {
    model = nameOf(named) ?? model;
    const tokens = tokensIn(counts, 'all');
    const context = isMain ? { context: promptOf(tokens) } : {};
    return usageSignal({ of: 'answer', id, session, shares: [{ model, tokens, money: null }], ...older, ...context });
  };
  return {
    answer(event: object): readonly Usage[] {
      const { session_id: session, message, parent_tool_use_id: parent } = fitted(event, EVENT) ?? {};
      if (message?.usage === undefined || message.id === undefined || session === undefined) return [];
      return used(session, message.id, message.model, parent == null, message.usage as AnthropicCounts);
    },
    quickly(line: string): readonly Usage[] | null {
      AFTER.lastIndex = line.lastIndexOf(AFTER_CONTENT);
      const after = AFTER.lastIndex < 0 ? null : AFTER.exec(line);
      const before = after === null ? null : BEFORE.exec(line);
      if (after === null || before === null || before[0].length > after.index) return null;
      const [, session = '', parent, id = '', named] = before;
      const [, input, output, read] = after;
      const counts = { input_tokens: Number(input), output_tokens: Number(output) };
      return used(
        session,
        id,
        named,
        parent === 'null',
        read === undefined ? counts : { ...counts, cache_read_input_tokens: Number(read) },
      );
    },
    total(event: object): readonly Usage[] {
      const { session_id: session, usage } = fitted(event, EVENT) ?? {};
      if (usage === undefined || session === undefined) return [];
      return usageSignal({
        of: 'session',
        id: session,
        shares: [{ model, tokens: tokensIn(usage as AnthropicCounts, 'all'), money: null }],
        ...older,
      });
    },
  };
}
