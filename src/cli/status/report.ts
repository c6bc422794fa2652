import { lookAt } from '../../look/state.ts';
import type { Layout } from '../../store/directory/layout.ts';
import type { View } from '../../view/model.ts';
import { only } from '../../view/whole.ts';
import { findRun, noSuchRun } from '../client/find-run.ts';

/**
 * Returns the report of `status`, only about this run if `name` is given. Throws Problem or
 * StoreError.
 */
export async function reportStatus(layout: Layout, name: string | null): Promise<View> {
  if (name === null) return lookAt(layout);
  const view = await lookAt(layout, (reader) => [findRun(reader, name)]);
  const named = only(view, (run) => run.name === name || run.id === name);
  if (named.runs.length > 0) return named;
  throw noSuchRun(
    name,
    view.runs.map((run) => run.name),
  );
}
