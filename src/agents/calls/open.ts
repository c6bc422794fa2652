import { objectOf } from '../event/json.ts';

/** Calls and results in the order in which they were written. */
export interface Trail {
  readonly calls: readonly TrailCall[];
  /** Ids of the calls whose result is there. */
  readonly results: ReadonlySet<string>;
}

/** Nothing was written, or nothing that counts. */
export const NO_TRAIL: Trail = { calls: [], results: new Set() };

interface TrailCall {
  readonly id: string;
  readonly tool: string;
  readonly input: string;
  readonly atWall: number | null;
}

/** Whatever only reads has no effect to doubt. Names of all agents' tools (2026-11). */
const READS =
  /^(?:Read|Grep|Glob|LS|NotebookRead|TodoWrite|ToolSearch|WebFetch|WebSearch|read|grep|glob|list|todowrite|todoread|webfetch|websearch|read_file|read_many_files|list_directory|grep_search|search_file_content|tool_search|todo_write|google_web_search|web_fetch|update_plan|view_image|write_stdin|find|ls|view|read_bash|list_bash|read_agent|list_agents|read_files|search_codebase|fetch_web_content)$/;

/** Whether a tool of this name only reads. */
export const isReading = (tool: string): boolean => READS.test(tool);

/**
 * The calls without a result in the record, which is what the agent continues with. The output has
 * some before the record does, and others that the record lost: a call is open if neither has its
 * result, or if it was made after the last one that the record knows the result of.
 */
export function openIn(record: Trail & { readonly isWhole: boolean }, output: Trail, sinceWall: number): readonly TrailCall[] {
  const last = output.calls.findLastIndex(({ id }) => record.results.has(id));
  // What was cut off of a record may have the results of all that the output begins with.
  const isKnown = last >= 0 || record.isWhole;
  const ofOutput = output.calls.filter(
    ({ id }, index) => !record.results.has(id) && (!output.results.has(id) || (isKnown && index > last)),
  );
  const ofRecord = record.calls.filter(({ id, atWall }) => !record.results.has(id) && atWall !== null && atWall >= sinceWall);
  const times = new Map(ofRecord.map(({ id, atWall }) => [id, atWall]));
  const ids = new Set(ofOutput.map(({ id }) => id));
  return [
    ...ofRecord.filter(({ id }) => !ids.has(id)),
    ...ofOutput.map((call) => ({ ...call, atWall: call.atWall ?? times.get(call.id) ?? null })),
  ].filter(({ tool }) => !isReading(tool));
}

/** All calls since a moment but those that only read, for a session that knows of none. */
export function madeIn(record: Trail, output: Trail, sinceWall: number): readonly TrailCall[] {
  const ofRecord = record.calls.filter(({ atWall }) => atWall !== null && atWall >= sinceWall);
  const ids = new Set(ofRecord.map(({ id }) => id));
  return [...ofRecord, ...output.calls.filter(({ id }) => !ids.has(id))].filter(({ tool }) => !isReading(tool));
}

/** An event as a module reads it: the calls in it, and the ids of results. */
export interface Found {
  readonly calls?: readonly { readonly id: unknown; readonly tool: unknown; readonly input: unknown }[];
  readonly results?: readonly unknown[];
}

/** Only a line with one of these words is parsed: others may be long. */
export function trailOf(lines: readonly string[], words: RegExp, read: (event: never) => Found): Trail {
  const calls = new Map<string, TrailCall>();
  const results = new Set<string>();
  for (const line of lines) {
    const event: Stamped | null = words.test(line) ? objectOf(line) : null;
    if (event === null) continue;
    const found = read(event as never);
    for (const { id, tool, input } of found.calls ?? [])
      if (typeof id === 'string' && typeof tool === 'string') calls.set(id, { id, tool, input: asText(input), atWall: wallOf(event) });
    for (const id of found.results ?? []) if (typeof id === 'string') results.add(id);
  }
  return { calls: [...calls.values()], results };
}

/** When an event was written: each CLI has one of these. */
interface Stamped {
  readonly timestamp?: unknown;
  readonly ts?: unknown;
}

const asText = (input: unknown): string => (typeof input === 'string' ? input : (JSON.stringify(input) ?? ''));

function wallOf({ timestamp, ts }: Stamped): number | null {
  const at = timestamp ?? ts;
  const wall = typeof at === 'number' ? at : typeof at === 'string' ? Date.parse(at) : Number.NaN;
  return Number.isNaN(wall) ? null : wall;
}
