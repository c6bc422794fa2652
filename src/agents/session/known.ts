/** The session to resume. The core never resumes a session that it does not know. */
export function knownSession(session: string | null): string {
  if (session === null) throw new Error('cannot resume an unknown session');
  return session;
}
