import type { RunSpec, Signal } from '../core/types.ts';
import { short } from './short.ts';

/** Longest line that the operator's pattern is tried on. */
const MAX_TRIED_LENGTH = 65_536;

/** The pattern of --done-log. It never matches a line of the resume prompt that the agent repeats. */
export function donePattern({ done, resumePrompt }: Pick<RunSpec, 'done' | 'resumePrompt'>): (line: string) => Signal[] {
  if (done.logPattern === null) return () => [];
  const pattern = new RegExp(done.logPattern, 'm');
  const echoed = new Set(resumePrompt.split('\n').map((line) => line.trim()));
  return (line) => {
    const tried = line.slice(0, MAX_TRIED_LENGTH);
    if (!pattern.test(tried) || echoed.has(tried.trim())) return [];
    return [{ kind: 'done', text: short(tried) }];
  };
}
