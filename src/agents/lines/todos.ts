import type { Signal } from '../../core/model/facts.ts';

/** How many todos of an agent's list are done. Returns nothing if it is not a list, or is empty. */
export function todos<T>(list: unknown, isDone: (todo: T) => boolean): Signal[] {
  if (!Array.isArray(list) || list.length === 0) return [];
  return [{ kind: 'todo', done: list.filter(isDone).length, total: list.length }];
}

/** How opencode and Claude Code mark a todo as done. */
export const isCompleted = (todo: { readonly status?: unknown } | null): boolean => todo?.status === 'completed';
