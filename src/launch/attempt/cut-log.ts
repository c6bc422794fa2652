import type { Fact } from '../../core/model/facts.ts';
import type { Run } from '../../core/model/run.ts';
import { bytesInWords } from '../../core/values/bytes.ts';
import { errorMessage } from '../../core/values/error-message.ts';
import { cutLog } from '../../logs/cut.ts';
import { attemptFiles, type Layout } from '../../store/directory/layout.ts';
import { LARGE_SHARE } from '../../store/directory/make-room.ts';

/** How much space the log of an attempt may take. */
export interface LogLimit {
  readonly mostBytes: number;
  /** Size of the logs' filesystem if it is full, or else null. */
  readonly fullBytes: number | null;
}

/** While the disk is full, a log may take at most this share of it. */
const SHARE_OF_FULL = 1 / 64;
const LEAST_BYTES = 1024 * 1024;

/** The configured limit (0 means none while there is room), lower while the disk is full. */
export function logLimit(maxLogBytes: number, fullBytes: number | null): LogLimit {
  const wished = maxLogBytes === 0 ? Number.MAX_SAFE_INTEGER : maxLogBytes;
  const most = fullBytes === null ? wished : Math.min(wished, Math.floor(fullBytes * SHARE_OF_FULL));
  return { mostBytes: Math.max(LEAST_BYTES, most), fullBytes };
}

/**
 * Cuts the log of a run's attempt if it takes more than the limit; returns null if it does not.
 * Errors are reported.
 */
export async function cutAttemptLog(layout: Layout, run: Run, limit: LogLimit, report: (problem: string) => void): Promise<Fact | null> {
  const { attempt } = run;
  // An adopted attempt has no log that belongs to dogwatch.
  if (attempt === null || attempt.shim === null) return null;
  const named = attemptFiles(layout, run.id, attempt.number).log;
  // The pid of a dead attempt may have been reused.
  const path = attempt.alive && attempt.lostLog?.isRead === true ? `/proc/${attempt.shim.pid}/fd/1` : named;
  try {
    const cut = await cutLog(path, limit.mostBytes);
    if (cut === null) return null;
    const isLarge = limit.fullBytes !== null && cut.tookBytes >= limit.fullBytes * LARGE_SHARE;
    const filledBytes = cut.filledBytes ?? (isLarge ? limit.fullBytes : null);
    return { kind: 'log.cut', run: run.id, attempt: attempt.number, ...cut, filledBytes };
  } catch (error) {
    report(`${named} takes more than ${bytesInWords(limit.mostBytes)} and cannot be cut: ${errorMessage(error)}`);
    return null;
  }
}
