import { uuidFrom } from '../../../src/agents/session/uuid-from.ts';

/** A session of any agent whose sessions are UUIDs. */
export const SESSION = '3f1c2a1e-8f2c-4d55-9d5e-0f9f4f0f3a11';
/**
 * The id that the tests register runs with, and the session that an agent gets for it if it may
 * choose.
 */
export const UNIQUE = 'u1';
export const CHOSEN = uuidFrom(UNIQUE);
/** When the attempt started whose session is searched for. */
export const STARTED = Date.parse('2026-06-10T12:00:00Z');
export const MINUTE = 60_000;
/** The time at which an empty record was written. */
export const EMPTY = STARTED + 2 * MINUTE;

/** A line of a record that names the agent's directory, as claude and qwen write it. */
export const inDirectory = (cwd: string) => ({ type: 'user', cwd });
