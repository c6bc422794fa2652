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
  /** Complete when these are over; empty: never because of that. */
  readonly names: readonly string[];
  /** Complete when no run is active any more. */
  readonly untilIdle: boolean;
  readonly report: (problem: string) => void;
  /** What is done to the world is counted there. */
  readonly inFlight: InFlight;
  /** Says in the watchdog's own log what a person has to hear of. */
  readonly notice: (message: Message) => void;
  /** Keeps a picture of the runs that can be read when the database can't. */
  readonly picture: (runs: readonly Run[]) => void;
  /** The service manager that wants to hear from this process; null: none does. */
  readonly manager: ServiceManager | null;
}
