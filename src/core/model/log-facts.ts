import type { Signal } from './signals.ts';

/**
 * How far a log was read. `marker` is a hash of the last bytes before `offset` and of the file's
 * first, which distinguishes a refilled file from the one that was read.
 */
export interface LogCursor {
  readonly dev: number;
  /** 0 if there was no file yet; the file that appears is read from its beginning. */
  readonly ino: number;
  readonly birthMs: number;
  readonly offset: number;
  readonly marker: string;
  /**
   * Bytes before this offset were reported as growth: at least `offset`, more while a line is
   * incomplete.
   */
  readonly countedOffset: number;
  /**
   * `offset` lies inside a line whose rest is irrelevant: everything up to the next line end is
   * skipped.
   */
  readonly midLine: boolean;
}

/** Facts about the logs of an attempt, and about its other files. */
export type LogFact =
  | {
      readonly kind: 'log.read';
      readonly run: string;
      readonly attempt: number;
      readonly path: string;
      readonly bytes: number;
      /** Complete lines. */
      readonly lines: number;
      readonly signals: readonly Signal[];
      readonly cursor: LogCursor;
      readonly gap: string | null;
      /**
       * The path no longer leads to the attempt's log, or (null) leads to it again. Absent if that
       * did not change.
       */
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
      /**
       * Size of its filesystem if that was full and the log took a large part of it, or null if the
       * log only exceeded its limit.
       */
      readonly filledBytes: number | null;
    }
  /** The same for the journal of a unit. `cursor` is journald's own name of the last entry. */
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
  /**
   * The files of its run filled a disk: they caused most of its loss, and without them there would
   * be room.
   */
  | {
      readonly kind: 'disk.filled';
      readonly run: string;
      readonly attempt: number;
      /** The directory of the files that grew. */
      readonly path: string;
      readonly grewBytes: number;
      /** What the disk lost meanwhile, its size, and how long that took. */
      readonly lostBytes: number;
      readonly totalBytes: number;
      readonly withinMs: number;
    };
