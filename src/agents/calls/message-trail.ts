import { fitted, listOf } from '../event/fields.ts';
import { type Found, type Trail, trailOf } from './open.ts';

const BLOCKS = listOf({
  type: 'any',
  id: 'any',
  name: 'any',
  input: 'any',
  tool_use_id: 'any',
  functionCall: { id: 'any', name: 'any', args: 'any' },
  functionResponse: { id: 'any' },
});
const MESSAGE = { content: BLOCKS, parts: BLOCKS };

interface Message {
  readonly type?: unknown;
  readonly message?: unknown;
}

const WORDS = /"(?:tool_use|tool_result|functionCall|functionResponse)"/;

/**
 * The calls in the messages of Claude Code 2.1.332, in its output and its record, and of qwen-code
 * 0.24.4, whose record has Google's parts.
 */
export const messageTrail = (lines: readonly string[]): Trail => trailOf(lines, WORDS, found);

function found({ type, message }: Message): Found {
  if (type !== 'assistant' && type !== 'user' && type !== 'tool_result') return {};
  const { content = [], parts = [] } = fitted(message, MESSAGE) ?? {};
  const blocks = [...content, ...parts];
  return {
    calls: blocks.flatMap(({ type: kind, id, name, input, functionCall }) =>
      kind === 'tool_use'
        ? { id, tool: name, input }
        : functionCall
          ? { id: functionCall.id, tool: functionCall.name, input: functionCall.args }
          : [],
    ),
    results: blocks.flatMap(({ tool_use_id: id, functionResponse }) => id ?? functionResponse?.id ?? []),
  };
}
