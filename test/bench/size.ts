/** Less of everything, to see that the bench itself works. Its figures mean little. */
export const QUICK = process.env.DOGWATCH_BENCH_QUICK === '1';

/** How much is measured. */
export const SIZE = QUICK
  ? {
      deaths: 3,
      adoptions: 2,
      reactions: 2,
      bursts: 2,
      settleMs: 5000,
      idleMs: 3000,
      wakesMs: 6000,
      idlePieces: 2,
      fleets: [1, 20],
      grown: [1, 100],
      manyRuns: 20,
      diesAtOnce: 4,
      catchUpMiB: 32,
      starts: 3,
      journalRows: 10_000,
      records: 100,
      years: [1000],
      looks: 2,
      nights: 40,
    }
  : {
      deaths: 25,
      adoptions: 10,
      reactions: 20,
      bursts: 25,
      settleMs: 60_000,
      idleMs: 15_000,
      wakesMs: 60_000,
      idlePieces: 3,
      fleets: [1, 10, 100, 1000],
      grown: [1, 10, 100, 1000, 5000],
      manyRuns: 1000,
      diesAtOnce: 200,
      catchUpMiB: 512,
      starts: 20,
      journalRows: 1_000_000,
      records: 1000,
      years: [10_000, 100_000, 1_000_000],
      looks: 10,
      nights: 365,
    };
