import type { Recover } from './supervise-runs.ts';

/** What becomes of a run that was handed off where no command mends it. */
export const forAPerson: Recover = async ({ name }) =>
  `no recovery command is configured (DOGWATCH_RECOVERY_COMMAND): a person is needed. \`dogwatch explain ${name}\` says why`;
