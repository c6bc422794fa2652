/** The session that is to be resumed. The core never asks to resume a session that it does not know. */
export function knownSession(session: string | null): string {
  if (session === null) throw new Error('a session that is not known cannot be resumed');
  return session;
}
