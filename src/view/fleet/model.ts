import type { Group, View } from '../model.ts';

/** Why a host gave no answer that can be shown. */
export interface Silence {
  readonly kind:
    | 'unreachable'
    | 'refused'
    | 'timed-out'
    | 'no-dogwatch'
    | 'not-understood'
    | 'too-large'
    | 'failed'
    | 'not-heard-of'
    | 'not-signed';
  /** A clause about the host: "its host key is unknown or has changed". */
  readonly message: string;
  readonly expected: string;
  readonly got: string;
  readonly do: string;
}

/** A state of another host, as it was read there. */
export interface Heard {
  readonly view: View;
  /** When it arrived here, in ms since this host started: a clock that nobody sets. */
  readonly atMs: number;
  /** How long it took to ask, in ms. */
  readonly tookMs: number;
  /** How far the clock there is ahead of the one here, in ms. Null if its version does not say. */
  readonly offsetMs: number | null;
}

/** What is known of one host. */
export interface HostKnown {
  /** The host as the operator named it. */
  readonly given: string;
  /** What it is called in `RUN@HOST`. */
  readonly name: string;
  /** The words that come before a command to type for it: `ssh build1`; none on this machine. */
  readonly prefix: string;
  /** Why it did not answer when it was last asked, or null if it did. */
  readonly silence: Silence | null;
  /** Its last answer, which is older if it is silent, or null if there was none. */
  readonly heard: Heard | null;
  /** How many of its changes have not arrived, as far as it says. Absent if that is not known. */
  readonly missing?: number;
}

/** The engine of a fleet, from which hosts are known instead of by asking them. */
export interface EngineKnown {
  readonly fleet: string;
  /** When it last said what it has, in ms since this host started. Null if it has not yet. */
  readonly answeredMs: number | null;
  /** Why it does not answer, or null if it did when it was last asked. */
  readonly trouble: string | null;
}

/** All that is known. */
export interface FleetKnown {
  readonly hosts: readonly HostKnown[];
  /** Null if each host is asked by itself. */
  readonly engine: EngineKnown | null;
}

/** The moment of a look, on both clocks of this host, in ms. */
export interface Now {
  readonly wall: number;
  /** Since it started, with the time that it slept. */
  readonly upMs: number;
}

/**
 * What `fleet status --json` prints. Dates are ISO 8601, UTC. Fields are only ever added.
 */
export interface FleetView {
  readonly version: 1;
  readonly at: string;
  /** The runs of the hosts that answered. */
  readonly counts: Readonly<Record<Group, number>>;
  /** In this order: silent ones, then by what they need. */
  readonly hosts: readonly FleetHost[];
  readonly check: Check;
  /** The engine that said all this, or null if each host was asked. */
  readonly engine: FleetEngine | null;
}

export interface FleetEngine {
  readonly fleet: string;
  /** How long ago it last answered, in ms. Null if it has not yet. */
  readonly ageMs: number | null;
  readonly problem: string | null;
}

/** How well it is, and why: 0 well, 1 held, 2 needs a person, 3 silent or without a watchdog. */
export interface Check {
  readonly status: 0 | 1 | 2 | 3;
  readonly because: string;
}

export interface FleetHost {
  readonly host: string;
  /** As in `RUN@HOST`. */
  readonly name: string;
  readonly problem: Silence | null;
  /** How old `view` is, in ms, measured without the clock of that host. Null without a view. */
  readonly ageMs: number | null;
  readonly tookMs: number | null;
  /** How many of its changes have not arrived. Null if that is not known. */
  readonly missing: number | null;
  readonly clockOffsetMs: number | null;
  readonly check: Check;
  /** What `status --json` printed there. Its dates are those of the clock there. */
  readonly view: View | null;
}
