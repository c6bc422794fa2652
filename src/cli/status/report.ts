import { lookAt } from '../../look/state.ts';
import type { Layout } from '../../store/directory/layout.ts';
import type { View } from '../../view/model.ts';
import { only } from '../../view/whole.ts';
import { chosenRuns, isChosen } from './chosen.ts';

/**
 * Returns what `status` shows: all runs, or those that these names, ids and patterns mean. Throws
 * Problem or StoreError.
 */
export async function reportStatus(layout: Layout, names: readonly string[]): Promise<View> {
  if (names.length === 0) return lookAt(layout);
  return ofChosen(await lookAt(layout, (reader) => chosenRuns(reader, names)), names);
}

/** Without what is said of other runs; those in a snapshot have not been chosen yet. */
export const ofChosen = (view: View, names: readonly string[]): View =>
  names.length === 0 ? view : only(view, view.keptAt === null ? () => true : isChosen(view.runs, names));
