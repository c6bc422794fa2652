/** What a check of `dogwatch doctor` found. `next` is what the operator should do; null: nothing. */
export interface Finding {
  readonly about: string;
  readonly result: 'ok' | 'warn' | 'fail';
  readonly said: string;
  readonly next: string | null;
}

/** Looks at one thing and leaves it as it is. Never throws: what can't be looked at is a finding. */
export type DoctorCheck = (env: NodeJS.ProcessEnv) => readonly Finding[] | Promise<readonly Finding[]>;

export const ok = (about: string, said: string): Finding => ({ about, result: 'ok', said, next: null });
export const warn = (about: string, said: string, next: string): Finding => ({ about, result: 'warn', said, next });
export const fail = (about: string, said: string, next: string): Finding => ({ about, result: 'fail', said, next });
