import type { Limits, RunSpec } from '../../core/model/run-spec.ts';
import type { AttemptFiles } from '../../store/directory/layout.ts';
import type { Waiting } from './waiting.ts';

/** A shim to start. */
export interface Launch {
  /** The run's id. `attempt` is its number. */
  readonly run: string;
  readonly runName: string;
  readonly attempt: number;
  readonly files: AttemptFiles;
  /** The directory of the `dogwatch` command, and the state directory. */
  readonly extraPath: string;
  readonly stateDir: string;
  /**
   * The shim and its parameters, program first. It writes one line to descriptor 3: "started",
   * "claimed", or what went wrong.
   */
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Enforced by launchers that can. */
  readonly limits: Limits;
}

/** What the shim reported (empty if it was killed before), or why it could not be started. */
export type Launched = { readonly said: string } | { readonly failed: string };

/**
 * A way to start a shim as a process that outlives dogwatch, in a session of its own, with no
 * signal blocked or ignored.
 */
export interface Launcher {
  readonly kind: RunSpec['launcher'];
  readonly start: (launch: Launch) => Promise<Launched>;
  /**
   * Starts one in advance, which waits for a word on descriptor 4. Absent if it cannot. It must end
   * when this process does: only this process may hold the other end. Until the word, nothing is
   * written to the attempt's files: what this needs is in `place`, which exists.
   */
  readonly ready?: (launch: Launch, place: string) => Promise<Waiting | { readonly failed: string }>;
}
