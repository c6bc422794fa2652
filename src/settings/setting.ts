import type { SettingType } from './types.ts';

/**
 * `run`: frozen into each run when it is registered. `host`: the watchdog's own, current value.
 * `both`: either can set it.
 */
export type Scope = 'run' | 'host' | 'both';

/** One environment variable. */
export interface Setting<T> {
  readonly name: `DOGWATCH_${string}`;
  readonly scope: Scope;
  readonly type: SettingType<T>;
  /** The value if the variable is not set, which may depend on other variables. */
  readonly fallback: (env: Readonly<Record<string, string | undefined>>) => T;
  /** Describes the setting for the operator, in a sentence. */
  readonly meaning: string;
}
