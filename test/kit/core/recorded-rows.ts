import type { RunDecision } from '../../../src/core/decision.ts';
import { outline, type ReplayRow } from '../../../src/core/replay.ts';
import { InputLog } from '../../../src/store/db/decision-inputs.ts';

/** What a journal keeps of decisions, for replay. */
export function recordedRows(decisions: readonly RunDecision[]): ReplayRow[] {
  const givens = new InputLog();
  return decisions
    .filter(({ material }) => material)
    .map((decision): ReplayRow => {
      const patch = JSON.parse(givens.next(decision));
      const observation = JSON.parse(JSON.stringify(decision.observation));
      return { observation, decided: outline(decision), given: { kind: 'kept', patch }, isWithheld: false };
    });
}
