import { type Found, type Trail, trailOf } from '../calls/open.ts';

interface Event {
  readonly type?: unknown;
  readonly toolCallId?: unknown;
  readonly toolName?: unknown;
  readonly args?: unknown;
  readonly message?: { readonly role?: unknown; readonly content?: unknown; readonly toolCallId?: unknown };
}

interface Block {
  readonly type?: unknown;
  readonly id?: unknown;
  readonly name?: unknown;
  readonly arguments?: unknown;
}

const WORDS = /^\{"type":"(?:message|message_end|tool_execution_start|tool_execution_end)"/;

/** The calls in the output and in the record of pi 1.6.0. */
export const piTrail = (lines: readonly string[]): Trail => trailOf(lines, WORDS, found);

function found({ type, toolCallId: id, toolName: tool, args, message }: Event): Found {
  switch (type) {
    case 'tool_execution_start':
      return { calls: [{ id, tool, input: args }] };
    case 'tool_execution_end':
      return { results: [id] };
    case 'message':
    case 'message_end':
      return message == null ? {} : inMessage(message);
    default:
      return {};
  }
}

function inMessage({ role, content, toolCallId }: NonNullable<Event['message']>): Found {
  if (role === 'toolResult') return { results: [toolCallId] };
  if (role !== 'assistant' || !Array.isArray(content)) return {};
  const blocks = (content as readonly (Block | null)[]).filter((block) => block !== null);
  return {
    calls: blocks.flatMap(({ type, id, name, arguments: input }) => (type === 'toolCall' ? [{ id, tool: name, input }] : [])),
  };
}
