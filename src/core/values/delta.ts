/**
 * What changed between two values of plain data: `[value]` is another value, `[kept, added]` a list
 * whose first `kept` items stayed and were followed by others, an object the changes of its fields.
 */
export type Delta = readonly [unknown] | readonly [kept: number, added: readonly unknown[]] | { readonly [field: string]: Delta };

/**
 * The changes from one value to another, or null if there are none. An object with other fields
 * than before is another value.
 */
export function deltaFrom(before: unknown, after: unknown): Delta | null {
  if (Object.is(before, after)) return null;
  if (Array.isArray(before) && Array.isArray(after)) return listFrom(before, after);
  if (!isRecord(before) || !isRecord(after)) return JSON.stringify(before) === JSON.stringify(after) ? null : [after];
  const fields = Object.keys(after);
  if (fields.length !== Object.keys(before).length || !fields.every((field) => Object.hasOwn(before, field))) return [after];
  const changes = fields.flatMap((field): [string, Delta][] => {
    const change = deltaFrom(before[field], after[field]);
    return change === null ? [] : [[field, change]];
  });
  return changes.length === 0 ? null : Object.fromEntries(changes);
}

function listFrom(before: readonly unknown[], after: readonly unknown[]): Delta | null {
  const differs = after.findIndex((item, index) => index >= before.length || deltaFrom(before[index], item) !== null);
  const kept = differs < 0 ? after.length : differs;
  if (kept === before.length && kept === after.length) return null;
  return kept === 0 ? [after] : [kept, after.slice(kept)];
}

/** Applies the changes. Throws if they are not changes of this value. */
export function applyDelta(before: unknown, patch: Delta | null): unknown {
  if (patch === null) return before;
  if (isWhole(patch)) return patch[0];
  if (isOfList(patch)) {
    if (!Array.isArray(before)) throw new Error('expected changes of a known list, got changes of something else');
    return [...before.slice(0, patch[0]), ...patch[1]];
  }
  if (!isRecord(before)) throw new Error('expected changes of a known value, got changes of something else');
  const changes = Object.entries(patch).map(([field, change]) => [field, applyDelta(before[field], change)]);
  return { ...before, ...Object.fromEntries(changes) };
}

/** It is complete by itself, whatever came before. */
export const isWhole = (patch: Delta): patch is readonly [unknown] => Array.isArray(patch) && patch.length === 1;

const isOfList = (patch: Delta): patch is readonly [number, readonly unknown[]] => Array.isArray(patch);

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
