import type { RunSpec, Signal } from '../core/types.ts';
import type { Agent, Interpreter, StartPlan } from './agent.ts';

/** Any command: resumed by its own command for that, or by running it again. */
export const generic: Agent = {
  name: 'generic',
  keepsSessions: false,
  recognises: () => true,
  prepare: (command) => ({ command }),
  start: ({ command, prompt }) => ({ argv: command, stdin: prompt }),
  resume,
  fresh: resume,
  interpreter,
  findSession: async () => null,
};

function resume({ command, resumeCommand }: RunSpec): StartPlan {
  return { argv: resumeCommand === null ? command : ['/bin/sh', '-c', resumeCommand], stdin: null };
}

const LONGEST_LINE = 65_536;

export function interpreter({ done }: RunSpec): Interpreter {
  const pattern = done.logPattern === null ? null : new RegExp(done.logPattern);
  return {
    read: (lines) =>
      pattern === null
        ? []
        : lines
            .filter((line) => pattern.test(line.slice(0, LONGEST_LINE)))
            .map((text): Signal => ({ kind: 'done', text: text.slice(0, 200) })),
  };
}
