import type { Signal } from '../../core/model/facts.ts';

/** How many of an agent's list of todos are done; nothing where it is no list, or empty. */
export function todos<T>(list: unknown, isDone: (todo: T) => boolean): Signal[] {
  if (!Array.isArray(list) || list.length === 0) return [];
  return [{ kind: 'todo', done: list.filter(isDone).length, total: list.length }];
}

/** As opencode and Claude Code mark one. */
export const isCompleted = (todo: { readonly status?: unknown } | null): boolean => todo?.status === 'completed';
