import { AGENTS } from '../../../../src/agents/registry.ts';
import { type KnownAgent, ofAgent } from '../../../agents/all/of-agent.ts';
import type { Subject } from './subject.ts';

export type { Subject };
export type SubjectName = KnownAgent;

const loaded = AGENTS.map(async ({ name }) => {
  const { subject } = await ofAgent<{ readonly subject: Subject }>(
    name,
    'subject.ts',
    '`export const subject: Subject` of test/real/agents/jobs/subject.ts',
  );
  return [name, subject] as const;
});

/** The subject of each agent of the registry. */
export const SUBJECTS = Object.fromEntries(await Promise.all(loaded)) as Readonly<Record<KnownAgent, Subject>>;
