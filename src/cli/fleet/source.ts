import type { FleetKnown } from '../../view/fleet/model.ts';

/** Where what is shown of a fleet comes from. */
export interface Source {
  /** Before anything has come, for a picture that stays open. */
  readonly first: FleetKnown;
  /** Everything, once. Throws a Problem if there is nothing to show. */
  look(): Promise<FleetKnown>;
  /** Calls with each change until `signal`. */
  follow(changed: (known: FleetKnown) => void, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
