import type { Signal } from './signals.ts';

/** Where a log was read up to. `marker` is a hash of the last bytes before `offset` and of the file's first, which tells a refilled file
 * from the one that was read. */
export interface LogCursor {
  readonly dev: number;
  /** 0: no file was there yet, and the one that appears is read from its beginning. */
  readonly ino: number;
  readonly birthMs: number;
  readonly offset: number;
  readonly marker: string;
  /** Bytes before this offset were reported as growth: at least `offset`, more when a line is still incomplete. */
  readonly countedOffset: number;
  /** `offset` lies inside a line whose end is of no interest: what comes before the next line end is skipped. */
  readonly midLine: boolean;
}

/** What was learned of the logs of an attempt, and of its other files. */
export type LogFact =
  | {
      readonly kind: 'log.read';
      readonly run: string;
      readonly attempt: number;
      readonly path: string;
      readonly bytes: number;
      /** Complete lines that were read. */
      readonly lines: number;
      readonly signals: readonly Signal[];
      readonly cursor: LogCursor;
      readonly gap: string | null;
      /** The path does not lead to the attempt's log any more, or (null) leads to it again; left out where that has not changed. */
      readonly lost?: { readonly because: string; readonly isRead: boolean } | null;
    }
  | {
      readonly kind: 'log.cut';
      readonly run: string;
      readonly attempt: number;
      /** `punched`: its oldest part was freed. `emptied`: only all of it could be. */
      readonly how: 'punched' | 'emptied';
      readonly tookBytes: number;
      readonly takesBytes: number;
      /** Size of its filesystem if that was full and the log took a large part of it; null: it was only larger than a log may be. */
      readonly filledBytes: number | null;
    }
  /** The same of the journal of a unit: `cursor` is journald's own name of the last entry. */
  | {
      readonly kind: 'journal.read';
      readonly run: string;
      readonly attempt: number;
      readonly unit: string;
      readonly bytes: number;
      readonly lines: number;
      readonly signals: readonly Signal[];
      readonly cursor: string;
      readonly gap: string | null;
    }
  /** The files of its run have filled a disk: they took most of what it lost, and without them there would be room. */
  | {
      readonly kind: 'disk.filled';
      readonly run: string;
      readonly attempt: number;
      /** Where its files are that grew. */
      readonly path: string;
      readonly grewBytes: number;
      /** What the disk lost meanwhile, what it has, and how long that took. */
      readonly lostBytes: number;
      readonly totalBytes: number;
      readonly withinMs: number;
    };
