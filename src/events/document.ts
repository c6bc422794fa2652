import type { RunState } from '../core/model/facts.ts';
import type { Run } from '../core/model/run.ts';
import type { RunEvent } from '../core/run/events.ts';
import { truncate } from '../core/values/truncate.ts';
import type { HostRow, JournalRow } from '../store/reader.ts';

/** What a receiver of events gets, in the words of `dogwatch history --json`. */
export interface EventDocument {
  readonly version: 1;
  /** The same each time that this decision is sent. */
  readonly id: string;
  readonly host: string;
  readonly seq: number;
  /** ISO, UTC. */
  readonly at: string;
  /** Null if it is about the machine. */
  readonly run: string | null;
  readonly runId: string | null;
  readonly from: RunState | null;
  readonly state: RunState | null;
  readonly observation: string;
  readonly actions: readonly string[];
  readonly because: string;
  readonly events: readonly RunEvent[];
  /** How many decisions before it were never sent, because too many were waiting. */
  readonly dropped: number;
}

/** A longer reason is truncated, in characters. */
const MAX_REASON_LENGTH = 4000;
const MOST_EVENTS = 20;

/** `redact` removes secrets from texts of the run. */
export function eventDocument(
  row: JournalRow | HostRow,
  run: Pick<Run, 'name'> | null,
  { host, dropped, redact }: { readonly host: string; readonly dropped: number; readonly redact: (text: string) => string },
): EventDocument {
  const { seq, observation, actions } = row;
  const of = 'run' in row ? row : null;
  return {
    version: 1,
    id: `${seq}-${observation.at.wall}`,
    host,
    seq,
    at: new Date(observation.at.wall).toISOString(),
    run: run?.name ?? null,
    runId: of?.run ?? null,
    from: of?.from ?? null,
    state: of?.to ?? null,
    observation: observation.kind,
    actions: actions.map(({ kind }) => kind),
    because: truncate(redact(row.because), MAX_REASON_LENGTH),
    events: (of?.events ?? []).slice(0, MOST_EVENTS).map((event) => redacted(event, redact)),
    dropped,
  };
}

const redacted = (event: RunEvent, redact: (text: string) => string): RunEvent =>
  Object.fromEntries(
    Object.entries(event).map(([field, value]) => [
      field,
      typeof value === 'string' && field !== 'kind' ? truncate(redact(value), MAX_REASON_LENGTH) : value,
    ]),
  ) as unknown as RunEvent;
