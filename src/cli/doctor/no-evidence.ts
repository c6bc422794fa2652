import type { RunSpec } from '../../core/model/facts.ts';
import { whyNoGitEvidence } from '../../system/git/evidence.ts';

/** How long to wait for git when only checking whether it responds. */
const DEADLINE_MS = 3000;

/**
 * Returns why there is no evidence of a run's progress, with the remedy, or null if there is some.
 */
export async function noEvidence(
  { cwd, progress }: Pick<RunSpec, 'cwd' | 'progress'>,
  environment: NodeJS.ProcessEnv,
): Promise<string | null> {
  return progress === null ? whyNoGitEvidence({ cwd, environment, deadlineMs: DEADLINE_MS }) : null;
}
