import { StoreError } from '../store/store-error.ts';
import { EXIT_CONFIGURATION, EXIT_TEMPORARY, EXIT_UNAVAILABLE, Problem } from './problem.ts';

const EXITS = {
  corrupt: EXIT_UNAVAILABLE,
  newer: EXIT_CONFIGURATION,
  full: EXIT_TEMPORARY,
  busy: EXIT_TEMPORARY,
  unwritable: EXIT_CONFIGURATION,
  'lease-lost': EXIT_TEMPORARY,
} as const;

/** What went wrong as a person should read it; null: it is a bug. */
export function problemOf(error: unknown): Problem | null {
  if (error instanceof Problem) return error;
  if (!(error instanceof StoreError)) return null;
  const hint = error.kind === 'unwritable' ? 'DOGWATCH_STATE_DIR moves the state to another directory' : null;
  return new Problem(EXITS[error.kind], error.message, { hint });
}
