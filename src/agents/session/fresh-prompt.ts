import type { RunSpec } from '../../core/model/facts.ts';

/** What a fresh session gets on stdin: the operator's task, where it came that way, and what was done before. */
export const taskAndDigest = ({ prompt }: RunSpec, digest: string): string => (prompt === null ? digest : `${prompt}\n${digest}`);
