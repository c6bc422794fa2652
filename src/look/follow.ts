import { setTimeout } from 'node:timers/promises';
import type { Run } from '../core/model/run.ts';
import type { Layout } from '../store/directory/layout.ts';
import { openReader, type Reader } from '../store/reader.ts';
import type { View } from '../view/model.ts';
import { changes } from './changes.ts';
import { lookAt, lookWith } from './state.ts';

export interface Pace {
  /** How often to ask whether anything has changed. */
  readonly everyMs?: number;
  /** Ages grow even if nothing changes: the longest time between two views. */
  readonly atMostMs?: number;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/**
 * The view of the state now, and again whenever something has changed, for a face that stays open.
 * Asking costs a page of the database; while it cannot be read, the snapshot is shown.
 */
export async function* follow(layout: Layout, pace: Pace = {}, choose?: (reader: Reader) => readonly Run[]): AsyncGenerator<View> {
  const { everyMs = 1000, atMostMs = 60_000, signal } = pace;
  let opened: { readonly reader: Reader; readonly hasChanged: () => boolean } | null = null;
  const isOver = () => signal?.aborted === true;
  let shownMono = Number.NEGATIVE_INFINITY;
  try {
    while (!isOver()) {
      const isDue = performance.now() - shownMono >= atMostMs;
      let view: View | null = null;
      try {
        opened ??= openedAt(layout);
        const { reader, hasChanged } = opened;
        if (hasChanged() || isDue) view = await lookWith(layout, reader, choose);
        // A state that does not exist yet has to be found when it does.
        if (reader.version() === '') opened = closed(opened);
      } catch {
        opened = closed(opened);
        view = await lookAt(layout, choose);
      }
      if (view !== null) {
        shownMono = performance.now();
        yield view;
      }
      if (!isOver()) await setTimeout(everyMs, undefined, signal === undefined ? {} : { signal }).catch(() => {});
    }
  } finally {
    closed(opened);
  }
}

function openedAt(layout: Layout) {
  const reader = openReader(layout);
  return { reader, hasChanged: changes(reader) };
}

function closed(opened: { readonly reader: Reader } | null): null {
  opened?.reader.close();
  return null;
}
