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
  /** The log of this attempt alone: read from its beginning, and its incomplete last line counts in the end. */
  readonly own: boolean;
  /** Other programs write to it, too: its growth says nothing of this attempt. */
  readonly shared: boolean;
  /** Where the attempt's processes have it open, in case that its path does not lead to it any more. */
  readonly descriptors?: readonly string[];
  /** How far the logs of the run were read; moved on by every read. */
  readonly cursors: Map<string, LogCursor>;
  readonly interpreter: Interpreter;
  readonly report: (problem: string) => void;
}

export interface LogTail {
  readonly attempt: number;
  readonly path: string;
  /** What was written since the last read, up to a limit; `flush`: with an incomplete last line, where the log is the attempt's own. */
  read(flush: boolean): { readonly facts: readonly LogRead[]; readonly bytes: number; readonly more: boolean };
  /** A cheap look: a read would probably find something. */
  hasUnread(): boolean;
}

type LogRead = Fact & { readonly kind: 'log.read' };

const nothing = { facts: [], bytes: 0, more: false };

/** Follows one log of one attempt, and turns what is written to it into facts. A problem is reported once, until it changes. */
export function tailLog({ run, attempt, path, own, shared, descriptors = [], cursors, interpreter, report }: LogTailSource): LogTail {
  /** What was said of a log that its path does not lead to any more. */
  let lost: string | null = null;
  let problem: string | null = null;
  const tell = (now: string | null) => {
    if (now !== null && now !== problem) report(`${path}: ${now}`);
    problem = now;
  };
  const fact = (bytes: number, lines: number, signals: readonly Signal[], cursor: LogCursor, gap: string | null): LogRead => {
    cursors.set(path, cursor);
    return { kind: 'log.read', run, attempt, path, bytes: shared ? 0 : bytes, lines, signals, cursor, gap };
  };

  /** Recorded before anything is read, so that after a restart the lines written meanwhile are not skipped. */
  const begin = () => {
    const end = endOfLog(path);
    tell(end.kind === 'unreadable' ? end.because : null);
    return end.kind === 'unreadable' ? nothing : { ...nothing, facts: [fact(0, 0, [], end.cursor, null)] };
  };

  /** Where it is read now, and in a fact what there is to say of that. */
  const place = (cursor: LogCursor | null): { readonly from: string; readonly said: readonly LogRead[] } => {
    const now = lostLog(path, descriptors, cursor);
    const words = now === null ? null : `${now.because} ${now.descriptor === null}`;
    const isNew = words !== lost;
    lost = words;
    const heard = now && { because: now.because, isRead: now.descriptor !== null };
    const said = isNew ? [{ ...fact(0, 0, [], cursor ?? notThere, null), lost: heard }] : [];
    return { from: now?.descriptor ?? path, said };
  };

  return {
    attempt,
    path,
    read(flush) {
      const cursor = cursors.get(path) ?? null;
      if (cursor === null && !own) return begin();
      const { from, said } = own && !flush ? place(cursor) : { from: path, said: [] };
      if (said.length > 0) return { ...nothing, facts: said, more: true };
      const reading = readLog(from, cursor, flush && own);
      tell(reading.kind === 'unreadable' ? reading.because : null);
      if (reading.kind !== 'read') return nothing;
      const { lines, bytes, skipped, more } = reading;
      const gap =
        reading.gap ?? (own && skipped > 0 ? `${counted(skipped, 'byte was', 'bytes were')} given back before anybody read them` : null);
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
    // Where it was renamed, its writer may go on.
    if (there === undefined) return cursor === undefined ? own : cursor.ino !== 0;
    return there.size !== cursor?.countedOffset || there.ino !== cursor.ino || there.dev !== cursor.dev;
  } catch {
    return true;
  }
}
