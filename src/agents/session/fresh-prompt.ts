import type { RunSpec } from '../../core/model/facts.ts';

/**
 * What a fresh session gets on stdin: the operator's task, if it came on stdin, and a digest of the
 * work so far.
 */
export const taskAndDigest = ({ prompt }: RunSpec, digest: string): string => (prompt === null ? digest : `${prompt}\n${digest}`);
