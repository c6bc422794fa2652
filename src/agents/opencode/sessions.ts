import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { madeIn, NO_TRAIL, openIn, type Trail } from '../calls/open.ts';
import type { Environment, OpenCall, Since } from '../contract/agent.ts';
import { outputTrail } from './trail.ts';

/** What is known about a session that the log did not name. */
export interface SessionTraits {
  /** The title that the command gave it, or null if it gave none. */
  readonly title: string | null;
  readonly directory: string;
  /** When its process started, in ms since the epoch. */
  readonly startedAtWall: number;
}

/** Clocks and start times are rounded, so a session may seem older than its process. */
const EARLIER_MS = 5000;
const BUSY_MS = 2000;
const ROOT_SESSIONS =
  'SELECT id, title, directory FROM session WHERE parent_id IS NULL AND time_created >= ? ORDER BY time_created DESC LIMIT 100';

/**
 * The root session with these traits, read from opencode's own database (1.18.33). Null if there is
 * none, if several match (it does not guess), or if another version stores sessions differently.
 */
export function findSession(traits: SessionTraits, environment: Environment): string | null {
  const rows = ask<Row>(environment, ROOT_SESSIONS, BUSY_MS, traits.startedAtWall - EARLIER_MS);
  const found = rows.filter(({ title, directory }) => (traits.title === null ? directory === traits.directory : title === traits.title));
  return found.length === 1 ? (found[0]?.id ?? null) : null;
}

const LAST_WRITTEN =
  'SELECT max((SELECT coalesce(max(time_updated), 0) FROM message WHERE session_id = :session), (SELECT coalesce(max(time_updated), 0) FROM part WHERE session_id = :session)) AS wall';
/** A periodic reader does not wait for a lock: its next read comes soon. */
const NO_WAIT_MS = 0;

/**
 * When opencode last wrote a message of a session or a part of one, in ms since the epoch, or null
 * if that cannot be read.
 */
export function wroteWall(session: string, environment: Environment): number | null {
  const [row] = ask<{ wall: number }>(environment, LAST_WRITTEN, NO_WAIT_MS, { session });
  return row === undefined || row.wall === 0 ? null : row.wall;
}

/** Where a session works. Empty if that cannot be read. */
export const workedIn = (session: string, environment: Environment): readonly string[] =>
  ask<{ directory: unknown }>(environment, 'SELECT directory FROM session WHERE id = :session', NO_WAIT_MS, { session }).flatMap(
    ({ directory }) => (typeof directory === 'string' && isAbsolute(directory) ? directory : []),
  );

const MOST_CALLS = 64;
const CALLS = `SELECT coalesce(json_extract(data, '$.callID'), id) AS id, json_extract(data, '$.tool') AS tool,
  json_extract(data, '$.state.input') AS input, json_extract(data, '$.state.status') IN ('pending', 'running') AS isOpen, time_created AS atWall
  FROM part WHERE session_id = :session AND time_created >= CAST(:since AS INTEGER) AND json_extract(data, '$.type') = 'tool'
  ORDER BY time_created DESC LIMIT ${MOST_CALLS}`;

/**
 * The calls since a moment that have no result, or all if another session goes on. What the
 * database could not keep, or lost, may be in the output.
 */
export function openCalls(
  session: string | null,
  environment: Environment,
  { wall, output, isForgotten = false }: Since,
): readonly OpenCall[] {
  const record = session === null ? { ...NO_TRAIL, isWhole: false } : recordedCalls(session, environment, wall);
  return isForgotten ? madeIn(record, outputTrail(output), wall) : openIn(record, outputTrail(output, session), wall);
}

interface CallRow {
  readonly id: unknown;
  readonly tool: unknown;
  readonly input: unknown;
  readonly isOpen: unknown;
  readonly atWall: unknown;
}

function recordedCalls(session: string, environment: Environment, wall: number): Trail & { readonly isWhole: boolean } {
  const rows = ask<CallRow>(environment, CALLS, BUSY_MS, { session, since: String(wall) }).toReversed();
  const calls = rows.flatMap(({ id, tool, input, atWall }) =>
    typeof id === 'string' && typeof tool === 'string'
      ? { id, tool, input: typeof input === 'string' ? input : '', atWall: typeof atWall === 'number' ? atWall : null }
      : [],
  );
  const results = rows.flatMap(({ id, isOpen }) => (typeof id === 'string' && isOpen !== 1 ? id : []));
  // A database that cannot be read has nothing either.
  const isWhole = rows.length < MOST_CALLS && workedIn(session, environment).length > 0;
  return { calls, results: new Set(results), isWhole };
}

/** What a session used itself, without its sub-agents. */
export interface SessionSums {
  readonly id: string;
  /** As JSON. */
  readonly model: unknown;
  readonly cost: unknown;
  readonly input: unknown;
  readonly output: unknown;
  readonly reasoning: unknown;
  readonly cacheRead: unknown;
  readonly cacheWrite: unknown;
}

const SUMS = `WITH RECURSIVE below(id) AS (SELECT :session UNION SELECT session.id FROM session JOIN below ON session.parent_id = below.id)
  SELECT id, model, cost, tokens_input AS input, tokens_output AS output, tokens_reasoning AS reasoning,
    tokens_cache_read AS cacheRead, tokens_cache_write AS cacheWrite FROM session WHERE id IN below LIMIT 64`;

/** What a session used, and each that its sub-agents made. Empty if that cannot be read. */
export const sumsOf = (session: string, environment: Environment): readonly SessionSums[] =>
  ask<SessionSums>(environment, SUMS, BUSY_MS, { session });

export const dataDirectory = ({ XDG_DATA_HOME, HOME }: Environment): string =>
  join(XDG_DATA_HOME || join(HOME || homedir(), '.local/share'), 'opencode');

/**
 * Rows of opencode's database. Empty if there is no database, or another version stores the rows
 * differently.
 */
function ask<T>(environment: Environment, statement: string, busyMs: number, value: number | Record<string, string>): readonly T[] {
  const path = join(dataDirectory(environment), 'opencode.db');
  if (!existsSync(path)) return [];
  try {
    const db = new DatabaseSync(path, { readOnly: true, timeout: busyMs });
    try {
      const prepared = db.prepare(statement);
      return (typeof value === 'number' ? prepared.all(value) : prepared.all(value)) as T[];
    } finally {
      db.close();
    }
  } catch {
    return [];
  }
}

interface Row {
  readonly id: string;
  readonly title: string;
  readonly directory: string;
}
