import type { Agent } from './agent.ts';
import { donePattern } from './done-pattern.ts';

/** Any command: resumed by running it again, unless the operator gave a command for that. */
export const generic: Agent = {
  name: 'generic',
  keepsSessions: false,
  recognises: () => true,
  prepare: (command) => ({ command }),
  start: ({ command, prompt }) => ({ argv: command, stdin: prompt }),
  resume: ({ command, prompt }) => ({ argv: command, stdin: prompt }),
  fresh: ({ command, prompt }) => ({ argv: command, stdin: prompt }),
  interpreter: (spec) => {
    const done = donePattern(spec);
    return { read: (lines) => lines.flatMap(done) };
  },
  findSession: async () => null,
};
