import { type Found, type Trail, trailOf } from './open.ts';

interface Block {
  readonly type?: unknown;
  readonly id?: unknown;
  readonly name?: unknown;
  readonly input?: unknown;
  readonly tool_use_id?: unknown;
  readonly functionCall?: { readonly id?: unknown; readonly name?: unknown; readonly args?: unknown };
  readonly functionResponse?: { readonly id?: unknown };
}

interface Message {
  readonly type?: unknown;
  readonly message?: { readonly content?: unknown; readonly parts?: unknown };
}

const WORDS = /"(?:tool_use|tool_result|functionCall|functionResponse)"/;

/**
 * The calls in the messages of Claude Code 2.1.332, in its output and its record, and of qwen-code
 * 0.24.4, whose record has Google's parts.
 */
export const messageTrail = (lines: readonly string[]): Trail => trailOf(lines, WORDS, found);

function found({ type, message }: Message): Found {
  if (type !== 'assistant' && type !== 'user' && type !== 'tool_result') return {};
  const blocks = [message?.content, message?.parts].flatMap((list) => (Array.isArray(list) ? (list as readonly Block[]) : []));
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
