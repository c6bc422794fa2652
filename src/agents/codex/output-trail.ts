import { type Found, type Trail, trailOf } from '../calls/open.ts';
import { objectOf } from '../event/json.ts';

interface Event {
  readonly type?: unknown;
  readonly item?: {
    readonly id?: unknown;
    readonly type?: unknown;
    readonly command?: unknown;
    readonly changes?: unknown;
    readonly tool?: unknown;
    readonly arguments?: unknown;
  };
}

type Call = Trail['calls'][number];

const PATCH = 'apply_patch';

/** The calls in the output of codex 0.171.0, which numbers them anew in each attempt. */
export function outputTrail(lines: readonly string[]): Trail {
  let count = 0;
  // The ids of an attempt, by those of its items.
  let ids = new Map<unknown, string>();
  return trailOf(lines, WORDS, ({ type, item }: Event): Found => {
    if (type === 'thread.started') ids = new Map();
    const called = item == null ? null : callOf(item);
    if (called === null) return {};
    const id = ids.get(item?.id) ?? `output ${++count}`;
    ids.set(item?.id, id);
    return type === 'item.completed' ? { calls: [{ id, ...called }], results: [id] } : { calls: [{ id, ...called }] };
  });
}

const WORDS = /^\{"type":"(?:thread\.started|item\.(?:started|completed))"/;

function callOf({ type, command, changes, tool, arguments: input }: NonNullable<Event['item']>) {
  switch (type) {
    case 'command_execution':
      return { tool: 'exec_command', input: command };
    case 'file_change':
      return { tool: PATCH, input: changes };
    case 'mcp_tool_call':
      return { tool, input };
    default:
      return null;
  }
}

/** The output's calls with the ids that the record has for them, as far as it has them. */
export function withIdsOf(record: Trail, output: Trail, sinceWall: number): Trail {
  const rest = record.calls.filter(({ atWall }) => atWall === null || atWall >= sinceWall);
  const ids = new Map<string, string>();
  for (const call of output.calls) {
    const at = rest.findIndex((one) => isSame(one, call));
    const [same] = at < 0 ? [] : rest.splice(at, 1);
    if (same !== undefined) ids.set(call.id, same.id);
  }
  return {
    calls: output.calls.map((call) => ({ ...call, id: ids.get(call.id) ?? call.id })),
    results: new Set([...output.results].map((id) => ids.get(id) ?? id)),
  };
}

/** The output quotes a command for a shell, and has the paths of a patch, but not its text. */
function isSame(recorded: Call, { tool, input }: Call): boolean {
  if (tool === PATCH) return recorded.tool === PATCH || recorded.input.includes(PATCH);
  const words = bare(longestIn(objectOf(recorded.input) ?? recorded.input));
  return words === '' ? recorded.tool === tool : bare(input).includes(words);
}

const bare = (text: string): string => text.replace(/[^\p{L}\p{N}]/gu, '');

/** The longest text in an input: the command among its options. */
function longestIn(value: unknown): string {
  if (typeof value === 'string') return value;
  const all = typeof value === 'object' && value !== null ? Object.values(value).map(longestIn) : [];
  return all.reduce((longest, text) => (text.length > longest.length ? text : longest), '');
}
