/** What a drill may ask of the test that plays it. */
export interface Surroundings {
  /** Ends the drill: this machine lacks something. */
  skip(reason: string): never;
}

/** One thing that is broken on purpose while the real program works. */
export interface Drill {
  readonly name: string;
  /** What must hold, in one sentence. */
  readonly holds: string;
  /** Plays it and asserts that. Returns figures for the table: how often, how much at most. */
  play(surroundings: Surroundings): Promise<string>;
}
