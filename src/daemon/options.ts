import type { Run } from '../core/model/run.ts';
import type { Message } from '../core/notices/message.ts';
import type { Settings } from '../settings/settings.ts';
import type { Layout } from '../store/directory/layout.ts';
import type { HeldState } from '../store/held-state.ts';
import type { ServiceManager } from '../system/systemd/service-manager.ts';
import type { InFlight } from './in-flight.ts';

export interface Watch {
  readonly layout: Layout;
  readonly state: HeldState;
  readonly settings: Settings;
  /** Completes when these runs have ended; empty if it never completes for that reason. */
  readonly names: readonly string[];
  /** Completes when no run is active any more. */
  readonly untilIdle: boolean;
  readonly report: (problem: string) => void;
  /** Counts the actions that are being performed. */
  readonly inFlight: InFlight;
  /** What the end of the watchdog waits for: it takes a second at most. */
  readonly parting: InFlight;
  /** Writes what a person must know to the watchdog's own log. */
  readonly notice: (message: Message) => void;
  /** Keeps a snapshot of the runs that can be read when the database can't. */
  readonly picture: (runs: readonly Run[]) => void;
  /** The service manager that expects messages from this process, or null if there is none. */
  readonly manager: ServiceManager | null;
}
