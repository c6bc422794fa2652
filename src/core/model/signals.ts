import type { Called, Returned } from '../calls/call.ts';
import type { Usage } from '../spend/usage.ts';

/**
 * What an agent module understood of a log. `text` is for people, already without escapes and
 * truncated.
 */
export type Signal =
  | { readonly kind: 'session'; readonly id: string; readonly source?: Source }
  /**
   * The agent's first event, and the first that shows it working after it reported something in
   * plain words (`works`).
   */
  | { readonly kind: 'event'; readonly works: boolean }
  /** The model ended a turn. `well` is false if the turn ended in an error. */
  | { readonly kind: 'turn'; readonly well: boolean }
  | { readonly kind: 'tool' }
  | Called
  | Returned
  /** A line that only an agent writes, in the log of a command that did not look like one. */
  | { readonly kind: 'agent'; readonly name: string }
  | { readonly kind: 'todo'; readonly done: number; readonly total: number }
  | Limit
  | Usage
  | UsageWindow
  /** The agent's program was refused and retries by itself: it is alive but not working. */
  | { readonly kind: 'retrying'; readonly text: string }
  | {
      readonly kind: 'transient' | 'auth' | 'context' | 'no-space' | 'permission' | 'session-missing' | 'cap' | 'refused' | 'error';
      readonly text: string;
      readonly source?: Source;
    }
  /** The pattern of --done-log matched one of the agent's own lines. */
  | { readonly kind: 'done'; readonly text: string };

/**
 * Where it was reported: in an event of the agent, or in plain words, which a child that shares its
 * output can also write. Absent means in an event.
 */
export type Source = 'event' | 'words';

/** A usage limit that refuses the agent, as it reports it. */
export interface Limit {
  readonly kind: 'limit';
  readonly text: string;
  /** Which limit, as the agent calls it (`five_hour`, `weekly`), or `usage` if it does not say. */
  readonly name: string;
  /** It limits only the model that the run uses. */
  readonly ofModel: boolean;
  /** A spending cap, or one set by an administrator: no clock lifts it. */
  readonly isCap: boolean;
  /** ms since the epoch, or null if the agent does not say. */
  readonly resetsAtWall: number | null;
  /**
   * Where the time was reported, or null if there is none. `assumed`: in prose without a zone, so
   * the zone of the agent's process is used.
   */
  readonly provenance: Provenance | null;
  readonly source?: Source;
}

/** A usage window of the account, as the agent reports it while it works. */
export interface UsageWindow {
  readonly kind: 'window';
  /** As the agent calls it, like the limit that it becomes when it is spent. */
  readonly name: string;
  readonly ofModel: boolean;
  /** Null if this report does not say. */
  readonly usedPercent: number | null;
  /** ms since the epoch, or null if the agent does not say. */
  readonly resetsAtWall: number | null;
  /**
   * Whether work goes on beyond it as extra usage, which is not included in the account: it does so
   * already, it would, or it would not. Null if the agent does not say.
   */
  readonly extra: 'in-use' | 'possible' | 'none' | null;
}

export type Provenance = 'structured' | 'prose' | 'assumed';
