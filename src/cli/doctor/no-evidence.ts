import type { RunSpec } from '../../core/model/facts.ts';
import { whyNoGitEvidence } from '../../system/git/evidence.ts';

/** How long somebody waits for git who only wants to know whether it answers. */
const DEADLINE_MS = 3000;

/** Why nothing tells whether a run moves forward, with the remedy; null: something does. */
export async function noEvidence(
  { cwd, progress }: Pick<RunSpec, 'cwd' | 'progress'>,
  environment: NodeJS.ProcessEnv,
): Promise<string | null> {
  return progress === null ? whyNoGitEvidence({ cwd, environment, deadlineMs: DEADLINE_MS }) : null;
}
