import type { SettingType } from './types.ts';

/** `run`: frozen with each run when it is registered. `host`: the watchdog's own, now. `both`: either has a say. */
export type Scope = 'run' | 'host' | 'both';

/** One environment variable. */
export interface Setting<T> {
  readonly name: `DOGWATCH_${string}`;
  readonly scope: Scope;
  readonly type: SettingType<T>;
  /** What it is where the variable is not set, which may depend on other variables. */
  readonly fallback: (env: Readonly<Record<string, string | undefined>>) => T;
  /** What it means, in a sentence for the operator. */
  readonly meaning: string;
}
