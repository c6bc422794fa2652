import type { Notice } from './notice.ts';

/** A notice as `status --json` prints it. */
export interface ReportedNotice {
  readonly id: string;
  /** The same for everything with one cause. */
  readonly cause: string;
  readonly state: Notice['state'];
  readonly runs: readonly string[];
  readonly subject: string;
  readonly sentence: string;
  /** ISO, UTC. */
  readonly since: string;
  readonly channels: readonly {
    readonly name: string;
    /** How often it accepted the notice. */
    readonly accepted: number;
    /** Why it did not accept it the last time, or null if it did. */
    readonly problem: string | null;
  }[];
}

/** The notices that are not over, for people. */
export const reportedNotices = (notices: readonly Notice[]): readonly ReportedNotice[] =>
  notices
    .filter(({ state }) => state !== 'cleared')
    .map(({ id, cause, state, runs, subject, sentence, sinceWall, deliveries }) => ({
      id,
      cause,
      state,
      runs: runs.map(({ name }) => name),
      subject,
      sentence,
      since: new Date(sinceWall).toISOString(),
      channels: Object.entries(deliveries).map(([name, { accepted, problem }]) => ({ name, accepted, problem })),
    }));
