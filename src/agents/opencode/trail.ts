import { type Found, type Trail, trailOf } from '../calls/open.ts';

interface Event {
  readonly type?: unknown;
  readonly part?: { readonly callID?: unknown; readonly tool?: unknown; readonly state?: { readonly input?: unknown } };
}

/** The calls in the output of opencode 1.18.33, which has each when it is over. */
export const outputTrail = (lines: readonly string[]): Trail => trailOf(lines, /^\{"type":"tool_use"/, found);

function found({ type, part }: Event): Found {
  if (type !== 'tool_use' || part == null) return {};
  return { calls: [{ id: part.callID, tool: part.tool, input: part.state?.input }], results: [part.callID] };
}
