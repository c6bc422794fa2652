import { readProcFile, readProcFileOr } from '../proc-file.ts';

/**
 * The variables of a process, valid until the next read, or why there are none. `ours`: this user
 * is its real user, but may not read them.
 */
export type Environ = { readonly kind: 'read'; readonly variables: Buffer } | { readonly kind: 'gone' | 'ours' | 'of-others' };

export function environOf(pid: number): Environ {
  const variables = readProcFileOr(`/proc/${pid}/environ`, 'denied' as const);
  if (variables === null) return { kind: 'gone' };
  if (variables !== 'denied') return { kind: 'read', variables };
  const status = readProcFile(`/proc/${pid}/status`);
  if (status === null) return { kind: 'gone' };
  const [, real] = /^Uid:\t(\d+)/m.exec(status.toString('latin1')) ?? [];
  return { kind: Number(real) === process.getuid?.() ? 'ours' : 'of-others' };
}
