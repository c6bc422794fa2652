import type { Limits } from '../../core/model/run-spec.ts';
import type { AttemptFiles } from '../../store/directory/layout.ts';

/** A shim that is to be started. */
export interface Launch {
  /** The run's id, and the number of the attempt. */
  readonly run: string;
  readonly runName: string;
  readonly attempt: number;
  readonly files: AttemptFiles;
  /** Where `dogwatch` itself is, and its state. */
  readonly extraPath: string;
  readonly stateDir: string;
  /** The shim and its parameters: program first. At descriptor 3 it says a line: "started", "claimed", or what went wrong. */
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Kept by whoever can. */
  readonly limits: Limits;
}

/** What the shim said (nothing: it was killed before), or why there was none. */
export type Launched = { readonly said: string } | { readonly failed: string };

/** A way to start a shim as a process that outlives dogwatch, in a session of its own, with no signal blocked or ignored. */
export interface Launcher {
  readonly start: (birth: Launch) => Promise<Launched>;
}
