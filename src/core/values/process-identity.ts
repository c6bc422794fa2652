import type { ProcessIdentity } from '../model/facts.ts';

/** True for one and the same process. */
export const isSame = (a: ProcessIdentity, b: ProcessIdentity): boolean =>
  a.pid === b.pid && a.startTicks === b.startTicks && a.bootId === b.bootId;
