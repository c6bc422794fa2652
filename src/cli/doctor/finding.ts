/**
 * The result of a check of `dogwatch doctor`. `next` is what the operator should do, or null if
 * nothing.
 */
export interface Finding {
  readonly about: string;
  readonly result: 'ok' | 'warn' | 'fail';
  readonly said: string;
  readonly next: string | null;
}

/** Checks one thing without changing it. Never throws: what cannot be checked is a finding. */
export type DoctorCheck = (env: NodeJS.ProcessEnv) => readonly Finding[] | Promise<readonly Finding[]>;

export const ok = (about: string, said: string): Finding => ({ about, result: 'ok', said, next: null });
export const warn = (about: string, said: string, next: string): Finding => ({ about, result: 'warn', said, next });
export const fail = (about: string, said: string, next: string): Finding => ({ about, result: 'fail', said, next });
