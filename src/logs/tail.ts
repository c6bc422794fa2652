import { statSync } from 'node:fs';
import type { Interpreter } from '../agents/contract/agent.ts';
import type { Fact, LogCursor, Signal } from '../core/model/facts.ts';
import { counted } from '../core/values/counted.ts';
import { readLog } from './file.ts';
import { understood } from './interpret.ts';
import { lostLog } from './lost.ts';
import { endOfLog, notThere } from './start.ts';

export interface LogTailSource {
  readonly run: string;
  readonly attempt: number;
  readonly path: string;
  /**
   * The log of this attempt alone: it is read from its beginning, and its incomplete last line
   * counts at the end.
   */
  readonly own: boolean;
  /** Other programs write to it as well: its growth says nothing about this attempt. */
  readonly shared: boolean;
  /** It began with this attempt: it is read from its beginning. */
  readonly isNew?: boolean;
  /** Where the attempt's processes have it open, in case it is no longer at its path. */
  readonly descriptors?: readonly string[];
  /** How far the logs of the run were read; every read advances it. */
  readonly cursors: Map<string, LogCursor>;
  readonly interpreter: Interpreter;
  readonly report: (problem: string) => void;
}

export interface LogTail {
  readonly attempt: number;
  readonly path: string;
  /**
   * What was written since the last read, up to a limit. `flush` includes an incomplete last line,
   * if the log is the attempt's own.
   */
  read(flush: boolean): { readonly facts: readonly LogRead[]; readonly bytes: number; readonly more: boolean };
  /** A cheap check whether a read would probably find something. */
  hasUnread(): boolean;
}

type LogRead = Fact & { readonly kind: 'log.read' };

const nothing = { facts: [], bytes: 0, more: false };

/**
 * Follows one log of one attempt, and turns its content into facts. A problem is reported once,
 * until it changes.
 */
export function tailLog({
  run,
  attempt,
  path,
  own,
  shared,
  isNew = false,
  descriptors = [],
  cursors,
  interpreter,
  report,
}: LogTailSource): LogTail {
  /** What was last reported about a log that is no longer at its path. */
  let lost: string | null = null;
  let problem: string | null = null;
  const note = (now: string | null) => {
    if (now !== null && now !== problem) report(`${path}: ${now}`);
    problem = now;
  };
  const fact = (bytes: number, lines: number, signals: readonly Signal[], cursor: LogCursor, gap: string | null): LogRead => {
    cursors.set(path, cursor);
    return { kind: 'log.read', run, attempt, path, bytes: shared ? 0 : bytes, lines, signals, cursor, gap };
  };

  /**
   * Recorded before anything is read, so that after a restart the lines written meanwhile are not
   * skipped.
   */
  const begin = () => {
    const end = isNew ? { kind: 'end' as const, cursor: notThere } : endOfLog(path);
    note(end.kind === 'unreadable' ? end.because : null);
    return end.kind === 'unreadable' ? nothing : { ...nothing, facts: [fact(0, 0, [], end.cursor, null)], more: isNew };
  };

  /** The path to read from now, and a fact if that changed. */
  const place = (cursor: LogCursor | null): { readonly from: string; readonly facts: readonly LogRead[] } => {
    const now = lostLog(path, descriptors, cursor);
    const words = now === null ? null : `${now.because} ${now.descriptor === null}`;
    const isNew = words !== lost;
    lost = words;
    const loss = now && { because: now.because, isRead: now.descriptor !== null };
    const facts = isNew ? [{ ...fact(0, 0, [], cursor ?? notThere, null), lost: loss }] : [];
    return { from: now?.descriptor ?? path, facts };
  };

  return {
    attempt,
    path,
    read(flush) {
      const cursor = cursors.get(path) ?? null;
      if (cursor === null && !own) return begin();
      const { from, facts } = own && !flush ? place(cursor) : { from: path, facts: [] };
      if (facts.length > 0) return { ...nothing, facts, more: true };
      const reading = readLog(from, cursor, flush && own);
      note(reading.kind === 'unreadable' ? reading.because : null);
      if (reading.kind !== 'read') return nothing;
      const { lines, bytes, skipped, more } = reading;
      const gap =
        reading.gap ?? (own && skipped > 0 ? `${counted(skipped, 'byte was', 'bytes were')} given back before they were read` : null);
      cursors.set(path, reading.cursor);
      if (lines.length === 0 && bytes === 0 && gap === null) return { ...nothing, more };
      return {
        facts: [
          fact(
            bytes,
            lines.length,
            understood(interpreter, lines, `${path}: lines before byte ${reading.cursor.offset}`, report),
            reading.cursor,
            gap,
          ),
        ],
        bytes,
        more,
      };
    },
    hasUnread: () => hasUnread(path, cursors.get(path), own),
  };
}

function hasUnread(path: string, cursor: LogCursor | undefined, own: boolean): boolean {
  try {
    const there = statSync(path, { throwIfNoEntry: false });
    // If it was renamed, its writer may continue in it.
    if (there === undefined) return cursor === undefined ? own : cursor.ino !== 0;
    return there.size !== cursor?.countedOffset || there.ino !== cursor.ino || there.dev !== cursor.dev;
  } catch {
    return true;
  }
}
