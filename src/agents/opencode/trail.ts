import { type Found, type Trail, trailOf } from '../calls/open.ts';

interface Event {
  readonly type?: unknown;
  readonly sessionID?: unknown;
  readonly part?: { readonly callID?: unknown; readonly tool?: unknown; readonly state?: { readonly input?: unknown } };
}

/**
 * The calls in the output of opencode 1.18.33, which has each when it is over: those of a session,
 * or of all if it is null.
 */
export const outputTrail = (lines: readonly string[], session: string | null = null): Trail =>
  trailOf(lines, /^\{"type":"tool_use"/, ({ type, sessionID, part }: Event): Found => {
    if (type !== 'tool_use' || part == null || (session !== null && sessionID !== session)) return {};
    return { calls: [{ id: part.callID, tool: part.tool, input: part.state?.input }], results: [part.callID] };
  });
