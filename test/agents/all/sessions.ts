import { uuidFrom } from '../../../src/agents/session/uuid-from.ts';

/** A session of any agent that names its sessions by UUIDs. */
export const SESSION = '3f1c2a1e-8f2c-4d55-9d5e-0f9f4f0f3a11';
/** What the tests register runs with, and the session that an agent that may choose one gets for it. */
export const UNIQUE = 'u1';
export const CHOSEN = uuidFrom(UNIQUE);
/** When the attempt started whose session is looked for. */
export const STARTED = Date.parse('2026-06-10T12:00:00Z');
export const MINUTE = 60_000;
/** A record that was written then is an empty file. */
export const EMPTY = STARTED + 2 * MINUTE;

/** A line of a record that says in which directory the agent worked, as claude and qwen write it. */
export const inDirectory = (cwd: string) => ({ type: 'user', cwd });
