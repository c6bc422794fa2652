import type { TestContext } from 'vitest';

/** One thing that is broken on purpose while the real program works. */
export interface Drill {
  readonly name: string;
  /** What must hold, in one sentence. */
  readonly holds: string;
  /** Plays it and asserts that. Returns figures for the table, in words that do not change from run to run; skips where the machine lacks something. */
  play(context: TestContext): Promise<string>;
}
