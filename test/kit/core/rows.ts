import { describe, expect, test } from 'vitest';
import type { RunDecision } from '../../../src/core/decision.ts';
import { inShort } from '../../../src/core/in-short.ts';
import type { RunState } from '../../../src/core/model/facts.ts';

/** One row: the situation, the last observation, and the decision. */
export type Row = readonly [given: string, observed: () => RunDecision, state: RunState, actions: readonly string[], because: string];

/** A table of decisions: each row is a test. */
export function rows(subject: string, table: readonly Row[]): void {
  describe(subject, () => {
    test.each(table)('%s', (_given, observed, state, actions, because) => {
      const decision = observed();
      expect(decision.run.state).toBe(state);
      expect(decision.actions.map(inShort)).toEqual(actions);
      expect(decision.because).toContain(because);
    });
  });
}
