import { userInfo } from 'node:os';

/** The name of this user. In a container the user may have none. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
