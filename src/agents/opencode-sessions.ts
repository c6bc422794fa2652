import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What is known of a session that the log did not name. */
export interface SessionTraits {
  /** Null: the command gave it none. */
  readonly title: string | null;
  readonly directory: string;
  /** When its process was started: ms since the epoch. */
  readonly startedAtWall: number;
}

/** Clocks and start times are rounded: a session may seem to be older than its process. */
const EARLIER_MS = 5000;
const BUSY_MS = 2000;
const ROOT_SESSIONS =
  'SELECT id, title, directory FROM session WHERE parent_id IS NULL AND time_created >= ? ORDER BY time_created DESC LIMIT 100';

/**
 * The root session with these traits, read-only, from opencode's own database (1.18.33). Null where there is none, where several would do
 * (nobody guesses), or where another version keeps them in another way.
 */
export function findSession(traits: SessionTraits, environment: Readonly<Record<string, string>>): string | null {
  const data = environment.XDG_DATA_HOME || join(environment.HOME || homedir(), '.local/share');
  const path = join(data, 'opencode', 'opencode.db');
  if (!existsSync(path)) return null;
  try {
    const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
    try {
      const rows = db.prepare(ROOT_SESSIONS).all(traits.startedAtWall - EARLIER_MS) as unknown as Row[];
      const found = rows.filter(({ title, directory }) =>
        traits.title === null ? directory === traits.directory : title === traits.title,
      );
      return found.length === 1 ? (found[0]?.id ?? null) : null;
    } finally {
      db.close();
    }
  } catch {
    return null;
  }
}

interface Row {
  readonly id: string;
  readonly title: string;
  readonly directory: string;
}
