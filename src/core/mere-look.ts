import type { Run } from './run.ts';

/** What a new watchdog drops, because it looks anew. */
const UNLOOKED = { cpu: null, sampledAt: null };

/** True where only what the last look at the processes said has changed: after a restart nobody would go by it. */
export function isMereLook(before: Run | null, after: Run): boolean {
  if (before?.attempt == null || after.attempt === null) return false;
  return isSame({ ...before, attempt: { ...before.attempt, ...UNLOOKED } }, { ...after, attempt: { ...after.attempt, ...UNLOOKED } });
}

/** Of plain data. Most of a run is the very same as before. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (!isObject(one) || !isObject(other)) return false;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => Object.hasOwn(other, name) && isSame(one[name], other[name]));
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
