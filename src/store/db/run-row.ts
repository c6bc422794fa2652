import type { Action } from '../../core/model/facts.ts';
import type { Run } from '../../core/model/run.ts';
import { type WithoutStreak, withStreak } from '../../core/model/streak.ts';
import { StoreError } from '../directory/error.ts';

/** A run as stored in its row: the columns that identify it are kept beside the document. */
export interface RunRow {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly document: string;
}

/** A run whose document is damaged. */
export type UnreadableRun = Omit<RunRow, 'document'>;

/** Returns the run, or null if the document does not belong to it. */
export function readableRun({ id, document }: Pick<RunRow, 'id' | 'document'>): Run | null {
  try {
    const run = JSON.parse(document) as Partial<Run | WithoutStreak<Run>> | null;
    const isRun =
      typeof run === 'object' && run?.id === id && typeof run.state === 'string' && typeof run.spec === 'object' && run.spec !== null;
    return isRun ? withStreak(run as Run | WithoutStreak<Run>) : null;
  } catch {
    return null;
  }
}

/** Throws the error that answers a command asking for such a run by name. */
export function damagedRow({ id, name, state }: RunRow, path: string): never {
  const message = `the run ${name} (${id}), which was ${state}, can't be read: its row in ${path} is damaged. Nothing is done about it; \`dogwatch doctor\` says more`;
  throw new StoreError('corrupt', message);
}

/** An action and the run that it is of, or nothing if the run's document is damaged. */
export function actionOfRun({ action, run, runId }: { id: string; action: string; run: string; runId: string }) {
  const of = readableRun({ id: runId, document: run });
  return of === null ? [] : [{ action: JSON.parse(action) as Action, run: of }];
}
