import { isOver, type Run } from '../model/run.ts';
import type { RunSpec } from '../model/run-spec.ts';

/**
 * The run that already does this job: the same command in the same directory, or undefined if none
 * does.
 */
export const sameJob = (runs: readonly Run[], spec: RunSpec): Run | undefined =>
  runs.find((run) => !isOver(run) && run.spec.cwd === spec.cwd && run.spec.prompt === spec.prompt && wordsOf(run.spec) === wordsOf(spec));

/** Removes session names chosen for this run alone. */
const wordsOf = ({ command }: RunSpec): string => JSON.stringify(command).replaceAll(UNIQUE, '#');

const UNIQUE = /[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}|[0-9a-f]{16,}/gi;
