import type { RunDecision } from '../../core/decision.ts';
import { type StoredInput, toStored } from '../../core/decision-input.ts';
import { type Delta, deltaFrom } from '../../core/values/delta.ts';

/** So many rows of a run after the last that says all by itself, the next one does: old rows are deleted. */
const ROWS_TO_WHOLE = 100;

/** What each decision of a run began from, as changes since its row before: with it a journal can be decided again. */
export class InputLog {
  readonly #last = new Map<string, { readonly given: StoredInput; readonly rows: number }>();

  /** For the next row of the run. */
  next({ given, run, observation }: RunDecision): string {
    const now = toStored(given);
    const before = this.#last.get(run.id);
    const isWhole = before === undefined || before.rows >= ROWS_TO_WHOLE || observation.kind === 'run.registered';
    const patch: Delta | null = isWhole ? [now] : deltaFrom(before.given, now);
    this.#last.set(run.id, { given: now, rows: isWhole ? 1 : before.rows + 1 });
    return JSON.stringify(patch ?? {});
  }

  /** Its rows are at an end, as far as is known. */
  ended(run: string): void {
    this.#last.delete(run);
  }

  /** After rows that were not written. */
  forget(): void {
    this.#last.clear();
  }
}
