import { type Found, madeIn, NO_TRAIL, openIn, type Trail, trailOf } from '../calls/open.ts';
import type { OpenCall, Since } from '../contract/agent.ts';
import { lastLinesOf, type SessionFile, sessionPath } from '../session/file.ts';
import { outputTrail, withIdsOf } from './output-trail.ts';

interface Event {
  readonly type?: unknown;
  readonly payload?: {
    readonly type?: unknown;
    readonly call_id?: unknown;
    readonly name?: unknown;
    readonly arguments?: unknown;
    readonly input?: unknown;
    readonly action?: unknown;
  };
}

const WORDS = /"(?:function_call|custom_tool_call|local_shell_call)/;
const RECORD_BYTES = 1024 * 1024;

/** The calls in the record of codex 0.171.0. Its output numbers them in another way. */
export const codexTrail = (lines: readonly string[]): Trail => trailOf(lines, WORDS, found);

function found({ type, payload }: Event): Found {
  if (type !== 'response_item' || payload == null) return {};
  const { type: kind, call_id: id, name, arguments: text, input, action } = payload;
  switch (kind) {
    case 'function_call':
    case 'custom_tool_call':
      return { calls: [{ id, tool: name, input: text ?? input }] };
    case 'local_shell_call':
      return { calls: [{ id, tool: 'local_shell', input: action }] };
    case 'function_call_output':
    case 'custom_tool_call_output':
    case 'local_shell_call_output':
      return { results: [id] };
    default:
      return {};
  }
}

/**
 * The calls since a moment in the record of a thread and in its output: those without a result, or
 * all if another thread goes on.
 */
export function openInRollout(file: SessionFile | null, { wall, output, isForgotten = false }: Since): readonly OpenCall[] {
  const path = file === null ? null : sessionPath(file);
  const { lines, isWhole } = path === null ? { lines: [], isWhole: true } : lastLinesOf(path, RECORD_BYTES);
  const record = { ...codexTrail(lines), isWhole };
  if (!isForgotten) return openIn(record, withIdsOf(record, outputTrail(output), wall), wall);
  const made = madeIn(record, NO_TRAIL, wall);
  return made.length > 0 ? made : madeIn(NO_TRAIL, outputTrail(output), wall);
}
