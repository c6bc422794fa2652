import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { MemberError } from './error.ts';
import { type Invitation, whyInvalid } from './invitation.ts';
import { readPrivate, writePrivate } from './private-file.ts';

/** What a host keeps of its invitation, and what makes it this host and no other. */
export interface Credentials extends Invitation {
  /** Made when it joined: two hosts with the same invitation differ by it. */
  readonly id: string;
  /** The machine on which it joined, or null if that is not known. */
  readonly machine: string | null;
}

const VERSION = 1;
const ID_BYTES = 16;

/**
 * A hash of this machine's id, which others may not see itself (machine-id(5)). Null without one,
 * as in some containers.
 */
export function thisMachine(path = '/etc/machine-id'): string | null {
  try {
    const id = readFileSync(path, 'utf8').trim();
    return /^[0-9a-f]{32}$/.test(id) ? createHash('sha256').update(`dogwatch-fleet ${id}`).digest('hex').slice(0, 32) : null;
  } catch {
    return null;
  }
}

export const newCredentials = (invitation: Invitation): Credentials => ({
  ...invitation,
  id: randomBytes(ID_BYTES).toString('hex'),
  machine: thisMachine(),
});

/**
 * The credentials in this file, or null if there is none. Throws a MemberError if they cannot be
 * used.
 */
export function readCredentials(path: string, env: NodeJS.ProcessEnv = process.env): Credentials | null {
  const text = readPrivate(path, env);
  if (text === null) return null;
  const damaged = (got: string) =>
    new MemberError('damaged', {
      expected: `the credentials of \`dogwatch fleet join\` in ${path}`,
      got,
      remedy: 'invite this host anew, and join again',
    });
  const read = parsed(text);
  if (read === null) throw damaged('a text that is not JSON');
  if (read.v !== VERSION) throw damaged('a file of another version of dogwatch');
  const why = whyInvalid(read);
  if (why !== null) throw damaged(`a file in which ${why}`);
  if (typeof read.id !== 'string' || !/^[0-9a-f]{32}$/.test(read.id)) throw damaged("a file in which the host's id is missing");
  return read as unknown as Credentials;
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

export const writeCredentials = (path: string, credentials: Credentials): void =>
  writePrivate(path, `${JSON.stringify({ v: VERSION, ...credentials }, null, 2)}\n`);
