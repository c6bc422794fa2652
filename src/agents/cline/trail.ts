import { type Found, type Trail, trailOf } from '../calls/open.ts';

interface Event {
  readonly type?: unknown;
  readonly event?: {
    readonly type?: unknown;
    readonly contentType?: unknown;
    readonly toolCallId?: unknown;
    readonly toolName?: unknown;
    readonly input?: unknown;
  };
}

const WORDS = /"event":\{"type":"content_(?:start|end)","contentType":"tool"/;

/** The calls in the output of cline 3.0.65. */
export const clineTrail = (lines: readonly string[]): Trail => trailOf(lines, WORDS, found);

function found({ type, event }: Event): Found {
  if (type !== 'agent_event' || event?.contentType !== 'tool') return {};
  const { type: kind, toolCallId: id, toolName: tool, input } = event;
  if (kind === 'content_start') return { calls: [{ id, tool, input }] };
  return kind === 'content_end' ? { results: [id] } : {};
}
