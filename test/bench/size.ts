/** True: less of everything, to see that the bench itself works. Its figures mean little. */
export const QUICK = process.env.DOGWATCH_BENCH_QUICK === '1';

/** How much is measured. */
export const SIZE = QUICK
  ? {
      deaths: 3,
      adoptions: 2,
      bursts: 2,
      idleMs: 3000,
      manyRuns: 20,
      catchUpMiB: 32,
      starts: 3,
      journalRows: 10_000,
      records: 100,
      years: [1000],
      looks: 2,
    }
  : {
      deaths: 40,
      adoptions: 20,
      bursts: 25,
      idleMs: 30_000,
      manyRuns: 1000,
      catchUpMiB: 512,
      starts: 30,
      journalRows: 1_000_000,
      records: 1000,
      years: [10_000, 100_000, 1_000_000],
      looks: 10,
    };
