import { type Found, type Trail, trailOf } from '../calls/open.ts';

interface Event {
  readonly type?: unknown;
  readonly data?: {
    readonly toolCallId?: unknown;
    readonly toolName?: unknown;
    readonly arguments?: unknown;
    readonly toolRequests?: unknown;
  };
}

interface Asked {
  readonly toolCallId?: unknown;
  readonly name?: unknown;
  readonly arguments?: unknown;
}

const WORDS = /^\{"type":"(?:assistant\.message|tool\.execution_start|tool\.execution_complete)"/;

/** The calls in the output and in the record of Copilot CLI 1.0.102, which have the same events. */
export const copilotTrail = (lines: readonly string[]): Trail => trailOf(lines, WORDS, found);

function found({ type, data }: Event): Found {
  if (data == null) return {};
  switch (type) {
    case 'assistant.message':
      return { calls: asked(data.toolRequests).map(({ toolCallId: id, name: tool, arguments: input }) => ({ id, tool, input })) };
    case 'tool.execution_start':
      return { calls: [{ id: data.toolCallId, tool: data.toolName, input: data.arguments }] };
    case 'tool.execution_complete':
      return { results: [data.toolCallId] };
    default:
      return {};
  }
}

const asked = (list: unknown): readonly Asked[] =>
  Array.isArray(list) ? (list as readonly (Asked | null)[]).filter((one) => one !== null) : [];
