import { describe, expect, test } from 'vitest';
import type { Decision } from '../../src/core/decision.ts';
import type { Action, RunState } from '../../src/core/types.ts';

/** One row: what is given, what is observed last, and what comes of it. */
export type Row = readonly [given: string, observed: () => Decision, state: RunState, actions: readonly string[], because: string];

/** A table of decisions: each row is a test of its own. */
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

/** "resume 2", "fresh 3", "end 1", "escalate to operator: blocked". */
export function inShort(action: Action): string {
  switch (action.kind) {
    case 'resume':
      return `${action.mode} ${action.attempt}`;
    case 'end':
      return `end ${action.attempt}`;
    case 'recover':
    case 'end-recovery':
      return `${action.kind} ${action.recovery}`;
    case 'escalate':
      return `escalate to ${action.to}: ${action.cause}`;
  }
}
