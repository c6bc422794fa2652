/** A value that a word can become, and what it is. */
export type Candidate = readonly [value: string, description: string];
