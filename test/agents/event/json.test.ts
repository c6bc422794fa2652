import { describe, expect, test } from 'vitest';
import { jsonWithoutContent } from '../../../src/agents/event/json.ts';

const usage = { input_tokens: 3, cache_creation: { ephemeral_1h_input_tokens: 0 } };
const event = (content: readonly unknown[], message: object = {}) =>
  JSON.stringify({
    type: 'assistant',
    message: { id: 'm', role: 'assistant', content, stop_reason: null, usage, ...message },
    session_id: 's',
    parent_tool_use_id: null,
  });

describe('an event without what its message says', () => {
  test.each<[what: string, content: readonly unknown[]]>([
    ['nothing', []],
    ['text', [{ type: 'text', text: 'x'.repeat(2_000_000) }]],
    ['text that looks like the end', [{ type: 'text', text: '],"stop_reason":null,"usage":{"input_tokens":9}}' }]],
    [
      'an input that has these keys',
      [{ type: 'tool_use', input: { content: [1], a: [[2]], stop_reason: 'x', usage: { input_tokens: 9 } } }],
    ],
    [
      'several blocks',
      [
        { type: 'text', text: 'a' },
        { type: 'tool_use', input: { list: [1, 2] } },
      ],
    ],
  ])('%s', (_what, content) => {
    expect(jsonWithoutContent(event(content), {})).toEqual(JSON.parse(event([])));
  });

  test('whose keys come in another order, or that is torn', () => {
    const other = JSON.stringify({ message: { stop_reason: null, usage, content: [{ type: 'text', text: 'a' }] } });
    expect(jsonWithoutContent(other, {})).toEqual(JSON.parse(other));
    expect(jsonWithoutContent(event([]).slice(0, -20), {})).toBeNull();
    expect(jsonWithoutContent('{"a":1}', {})).toEqual({ a: 1 });
  });
});
