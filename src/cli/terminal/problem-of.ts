import { StoreError } from '../../store/directory/error.ts';
import { EXIT_CONFIGURATION, EXIT_TEMPORARY, EXIT_UNAVAILABLE, Problem } from './problem.ts';

const EXITS = {
  corrupt: EXIT_UNAVAILABLE,
  newer: EXIT_CONFIGURATION,
  older: EXIT_CONFIGURATION,
  full: EXIT_TEMPORARY,
  busy: EXIT_TEMPORARY,
  unwritable: EXIT_CONFIGURATION,
  exhausted: EXIT_TEMPORARY,
  'lease-lost': EXIT_TEMPORARY,
} as const;

/** Explains an error for a person, or returns null if it is a bug. */
export function problemOf(error: unknown): Problem | null {
  if (error instanceof Problem) return error;
  if (!(error instanceof StoreError)) return ofSystem(error);
  const hint = error.kind === 'unwritable' ? 'DOGWATCH_STATE_DIR moves the state to another directory' : null;
  return new Problem(EXITS[error.kind], error.message, { hint });
}

/** Errors that mean a resource of the machine is exhausted, and what to do. */
const EXHAUSTED: Readonly<Record<string, string>> = {
  EMFILE: 'raise the limit on open files (ulimit -n)',
  ENFILE: 'the whole machine has run out of open files: end some programs',
  EAGAIN: 'raise the limit on processes (ulimit -u), or end some',
  ENOMEM: 'free some memory',
};

function ofSystem(error: unknown): Problem | null {
  if (!(error instanceof Error)) return null;
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  if (syscall === 'uv_cwd')
    return new Problem(EXIT_UNAVAILABLE, 'the working directory cannot be used', {
      expected: 'an existing directory',
      got: error.message.includes('ENOENT') ? 'a directory that was removed' : error.message,
      hint: 'change to another directory, or name one with --cwd',
    });
  const hint = EXHAUSTED[code];
  return hint === undefined ? null : new Problem(EXIT_TEMPORARY, `this machine is out of resources: ${error.message}`, { hint });
}
