import type { Evidence } from '../../core/model/facts.ts';
import { runOperatorCommand } from '../command/operator.ts';
import { gitEvidence } from './evidence.ts';

export interface EvidenceQuestion {
  readonly cwd: string;
  /** The operator's --progress command, or null if there is none. */
  readonly progress: string | null;
  /** Where the agent works, according to its own record. */
  readonly workedIn?: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** dogwatch's own directory: what changes in it is no progress. */
  readonly stateDir?: string;
  readonly deadlineMs: number;
}

const MAX_PROGRESS_LENGTH = 4096;
const MAX_SHOWN_LENGTH = 200;

/**
 * How far the job is: commit, content of the worktree, and the operator's own measure. `missing`
 * says what could not be determined.
 */
export async function gatherEvidence(question: EvidenceQuestion): Promise<Evidence> {
  const [git, progress] = await Promise.all([gitEvidence(question), progressOf(question)]);
  const missing = [...git.missing, ...(progress.kind === 'missing' ? [progress.because] : [])];
  const { head, worktree, commits, contents, elsewhere } = git;
  // An operator's measure is evidence even if it prints nothing yet.
  const none = question.progress === null ? git.none : null;
  return { head, worktree, progress: progress.kind === 'said' ? progress.text : null, missing, commits, contents, elsewhere, none };
}

type Progress = { kind: 'none' } | { kind: 'said'; text: string } | { kind: 'missing'; because: string };

async function progressOf({ progress, ...rest }: EvidenceQuestion): Promise<Progress> {
  if (progress === null) return { kind: 'none' };
  const outcome = await runOperatorCommand({ command: progress, extra: {}, ...rest });
  switch (outcome.kind) {
    case 'exited': {
      const text = outcome.output.trim();
      if (outcome.code === 0) return text === '' ? { kind: 'none' } : { kind: 'said', text: text.slice(-MAX_PROGRESS_LENGTH) };
      return { kind: 'missing', because: `--progress ended with status ${outcome.code}: ${text.slice(-MAX_SHOWN_LENGTH)}` };
    }
    case 'timed-out':
      return { kind: 'missing', because: `--progress took longer than ${rest.deadlineMs} ms` };
    case 'failed':
      return { kind: 'missing', because: `--progress: ${outcome.because}` };
  }
}
