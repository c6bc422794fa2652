import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The clock of the database is the machine's own, but a session may be made a moment before the attempt's start was written down. */
const EARLIER_MS = 60_000;
const BUSY_MS = 2000;

/** The root session of this title, read-only, from opencode's own database; null where there is none, or another version keeps it in another way. */
export async function findSessionByTitle(
  title: string,
  environment: Readonly<Record<string, string>>,
  directory: string,
  startedAtWall: number,
): Promise<string | null> {
  const data = environment.XDG_DATA_HOME || join(environment.HOME || homedir(), '.local/share');
  const path = environment.OPENCODE_DB || join(data, 'opencode', 'opencode.db');
  if (!existsSync(path)) return null;
  try {
    const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
    try {
      const rows = db.prepare(SESSIONS).all(title, startedAtWall - EARLIER_MS) as { id: string; directory: string }[];
      return (rows.find((row) => row.directory === directory) ?? rows[0])?.id ?? null;
    } finally {
      db.close();
    }
  } catch {
    return null;
  }
}

const SESSIONS = `SELECT id, directory FROM session WHERE title = ? AND parent_id IS NULL AND time_created >= ? ORDER BY time_created DESC LIMIT 10`;
