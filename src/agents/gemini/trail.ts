import { type Found, type Trail, trailOf } from '../calls/open.ts';
import { fitted, listOf } from '../event/fields.ts';

interface Event {
  readonly type?: unknown;
  readonly tool_id?: unknown;
  readonly tool_name?: unknown;
  readonly parameters?: unknown;
  readonly toolCalls?: unknown;
  readonly content?: unknown;
}

const RECORDED = listOf({ id: 'any', name: 'any', args: 'any', functionResponse: { id: 'any' } });

const WORDS = /"(?:tool_use|tool_result|toolCalls|functionResponse)"/;

/**
 * The calls in the output and in the record of gemini-cli 0.61.0. The record has a call only when
 * its result is in.
 */
export const geminiTrail = (lines: readonly string[]): Trail => trailOf(lines, WORDS, found);

function found({ type, tool_id: id, tool_name: tool, parameters, toolCalls, content }: Event): Found {
  switch (type) {
    case 'tool_use':
      return { calls: [{ id, tool, input: parameters }] };
    case 'tool_result':
      return { results: [id] };
    case 'gemini':
      return { calls: list(toolCalls).map(({ id: call, name, args }) => ({ id: call, tool: name, input: args })) };
    case 'user':
      return { results: list(content).map(({ functionResponse }) => functionResponse?.id) };
    default:
      return {};
  }
}

const list = (value: unknown) => fitted(value, RECORDED) ?? [];
