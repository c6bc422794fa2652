/** What a process belongs to according to its mark: an attempt of a run, or a recovery agent. */
export interface OwnMark {
  readonly of: 'attempt' | 'recovery';
  /** The run's id. */
  readonly run: string;
  readonly number: number;
  readonly token: string;
}

const MARK = /^(?<run>(?!\.)[^/]+)\/(?<recovery>recovery-)?(?<number>\d{1,9})\/(?<token>[^/]+)$/;

/**
 * Parses the mark in these variables. Returns null if there is none: dogwatch did not start this
 * process.
 */
export function ownMark({ DOGWATCH_ATTEMPT: mark = '' }: NodeJS.ProcessEnv): OwnMark | null {
  const parts = MARK.exec(mark)?.groups;
  if (parts === undefined) return null;
  const { run = '', recovery, number, token = '' } = parts;
  return { of: recovery === undefined ? 'attempt' : 'recovery', run, number: Number(number), token };
}
