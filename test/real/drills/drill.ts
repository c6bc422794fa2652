/** What a drill may ask of the test that plays it. */
export interface Surroundings {
  /** Ends the drill because this machine lacks something. */
  skip(reason: string): never;
}

/** One thing that is broken on purpose while the real program works. */
export interface Drill {
  readonly name: string;
  /** What must hold, in one sentence. */
  readonly holds: string;
  /**
   * Plays the drill and asserts that it holds. Returns figures for the table: how often, how much
   * at most.
   */
  play(surroundings: Surroundings): Promise<string>;
}
