/** What an agent module understood of its log. `text` is for people and is already free of escapes and cut to size. */
export type Signal =
  | { readonly kind: 'session'; readonly id: string; readonly source?: Source }
  /** The agent's first event, and the first that shows it at work after it said something in plain words (`works`). */
  | { readonly kind: 'event'; readonly works: boolean }
  /** The model ended a turn; `well` is false when the turn ended in an error. */
  | { readonly kind: 'turn'; readonly well: boolean }
  | { readonly kind: 'tool' }
  /** A line that only an agent writes, in the log of a command that looked like none. */
  | { readonly kind: 'agent'; readonly name: string }
  | { readonly kind: 'todo'; readonly done: number; readonly total: number }
  | Limit
  /** The agent's program was refused and tries again by itself: it is alive, and does nothing. */
  | { readonly kind: 'retrying'; readonly text: string }
  | {
      readonly kind: 'transient' | 'auth' | 'context' | 'no-space' | 'permission' | 'session-missing' | 'cap' | 'refused' | 'error';
      readonly text: string;
      readonly source?: Source;
    }
  /** The pattern of --done-log, in a line of the agent's own. */
  | { readonly kind: 'done'; readonly text: string };

/**
 * Where it stands: in an event of the agent, or in plain words, which a child that shares its output can write as well. Left out: in an
 * event.
 */
export type Source = 'event' | 'words';

/** A usage limit that refuses, as the agent reports it. */
export interface Limit {
  readonly kind: 'limit';
  readonly text: string;
  /** Which limit, as the agent calls it (`five_hour`, `weekly`); `usage` where it does not say. */
  readonly name: string;
  /** It limits one model (the one that the run works with), and no other. */
  readonly ofModel: boolean;
  /** A cap on money, or an administrator's: no clock lifts it. */
  readonly isCap: boolean;
  /** ms since the epoch; null: the agent does not say. */
  readonly resetsAtWall: number | null;
  /** Where the time stands; `assumed`: in prose without a zone, so that of the agent's process was taken. Null: there is none. */
  readonly provenance: Provenance | null;
  readonly source?: Source;
}

export type Provenance = 'structured' | 'prose' | 'assumed';
