import { createHash } from 'node:crypto';

const SIGN = 'visible-';

/**
 * Stands for a mark where every user of the machine can read it, as in the arguments of a process:
 * it names the same attempt without revealing its token.
 */
export function visibleMark(mark: string): string {
  const digest = createHash('sha256').update(mark).digest('hex').slice(0, 24);
  return `${mark.slice(0, mark.lastIndexOf('/'))}/${SIGN}${digest}`;
}

/** Whether a process claims to belong to the attempt with this mark. */
export const isMark = (claimed: string | null, mark: string | null): boolean =>
  claimed !== null && mark !== null && (claimed === mark || (claimed.includes(`/${SIGN}`) && claimed === visibleMark(mark)));
