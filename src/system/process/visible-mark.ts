import { createHash } from 'node:crypto';

const SIGN = 'visible-';

/**
 * What stands for a mark where every user of the machine can read it, as in the arguments of a process: it names the same attempt, and its
 * token can't be learned from it.
 */
export function visibleMark(mark: string): string {
  const digest = createHash('sha256').update(mark).digest('hex').slice(0, 24);
  return `${mark.slice(0, mark.lastIndexOf('/'))}/${SIGN}${digest}`;
}

/** True where a process says that it is of the attempt with this mark. */
export const isMark = (said: string | null, mark: string | null): boolean =>
  said !== null && mark !== null && (said === mark || (said.includes(`/${SIGN}`) && said === visibleMark(mark)));
