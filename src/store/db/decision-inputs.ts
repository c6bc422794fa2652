import type { RunDecision } from '../../core/decision.ts';
import { type StoredInput, toStored } from '../../core/decision-input.ts';
import { type Delta, deltaFrom } from '../../core/values/delta.ts';

/**
 * After this many deltas, a row of a run holds its complete input again, because old rows are
 * deleted.
 */
const ROWS_TO_WHOLE = 100;

/**
 * Encodes what each decision of a run began from as changes since the run's previous row, so that a
 * journal can be replayed.
 */
export class InputLog {
  readonly #last = new Map<string, { readonly given: StoredInput; readonly rows: number }>();

  /** Returns the input for the run's next row. */
  next({ given, run, observation }: RunDecision): string {
    const now = toStored(given);
    const before = this.#last.get(run.id);
    const isWhole = before === undefined || before.rows >= ROWS_TO_WHOLE || observation.kind === 'run.registered';
    const patch: Delta | null = isWhole ? [now] : deltaFrom(before.given, now);
    this.#last.set(run.id, { given: now, rows: isWhole ? 1 : before.rows + 1 });
    return JSON.stringify(patch ?? {});
  }

  /** Forgets a run that is not expected to get further rows. */
  ended(run: string): void {
    this.#last.delete(run);
  }

  /** For rows that were not written. */
  forget(): void {
    this.#last.clear();
  }
}
