import { basename } from 'node:path';
import type { Signal } from '../../core/model/facts.ts';
import type { Agent, LogContext } from '../contract/agent.ts';
import { noOwnLog } from '../contract/no-own-log.ts';
import { donePattern } from '../lines/done-pattern.ts';
import { plainLine } from '../lines/plain.ts';
import { troubleOf } from '../lines/troubles.ts';
import { agentInLine } from './banners.ts';
import { operatorPatterns } from './patterns.ts';

/** Any command. It is resumed by running it again, unless the operator gave a command for that. */
export const generic: Agent = {
  name: 'generic',
  keepsSessions: false,
  // An unknown agent may start its tools in a login shell.
  keepsPath: false,
  prepare: (command) => ({ command }),
  start: ({ command, prompt }) => ({ argv: command, stdin: prompt }),
  resume: ({ command, prompt }) => ({ argv: command, stdin: prompt }),
  fresh: ({ command, prompt }) => ({ argv: command, stdin: prompt }),
  interpreter: (spec, context) => {
    const done = donePattern(spec);
    const custom = operatorPatterns(spec, context);
    let isKnown = false;
    const agent = (line: string): Signal[] => {
      const name = isKnown ? null : agentInLine(line);
      isKnown ||= name !== null;
      return name === null ? [] : [{ kind: 'agent', name }];
    };
    return { read: (lines) => lines.flatMap((line) => [...agent(line), ...troubles(line, context), ...custom(line), ...done(line)]) };
  },
  findSession: async () => null,
  // Runs of the same program most likely share an account; nothing more is known about it.
  account: ([program = '']) => ({ account: `generic/${basename(program)}`, model: null }),
  credentialFiles: () => [],
  ...noOwnLog,
  dataDirectory: () => null,
  wroteWall: () => null,
  said: () => null,
};

/**
 * How a program's message ends when it could not write (`cp: …: No space left on device`, `ENOSPC:
 * no space left on device, write`).
 */
const NO_SPACE = /(?:[:\]] |^)no space left on device\b|: (?:disk quota exceeded|read-only file system)$|\bEROFS: read-only file system\b/i;
const MAYBE = / left on device|quota exceeded|read-only file system/i;

function troubles(line: string, context: LogContext): Signal[] {
  if (!MAYBE.test(line.slice(0, MAX_LENGTH))) return [];
  const text = plainLine(line);
  return NO_SPACE.test(text) ? [troubleOf('no-space', text, context)] : [];
}

const MAX_LENGTH = 1024;
