import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Signal } from '../../core/model/facts.ts';
import type { Interpreter } from '../contract/agent.ts';
import { jsonLine } from '../event/json.ts';
import { answerUsage, RECORDED_ANSWER } from './usage.ts';

/**
 * gemini-cli's record of a session (0.61.0). It says what each answer used as soon as it is whole:
 * the output says so only at the end of a process that is not killed.
 */
export function chatInterpreter(): Interpreter {
  let isMain = true;
  const line = (text: string): readonly Signal[] => {
    const head = text.slice(0, HEAD_LENGTH);
    if (FIRST.test(head)) isMain = !text.includes(OF_SUB_AGENT);
    return ANSWER.test(head) ? answerUsage(jsonLine(text, RECORDED_ANSWER) ?? {}, isMain) : [];
  };
  return { read: (lines) => lines.flatMap(line) };
}

const HEAD_LENGTH = 192;
const ANSWER = /^\{"id":"[^"]{1,64}","timestamp":"[^"]{1,40}","type":"gemini"/;
const FIRST = /^\{"sessionId":"/;
const OF_SUB_AGENT = '"kind":"subagent"';

/** The records of sub-agents, in a folder with the name of their session. */
export function subChats(record: string, session: string): readonly string[] {
  const directory = join(dirname(record), session);
  try {
    return globSync('*.jsonl', { cwd: directory }).map((name) => join(directory, name));
  } catch {
    return [];
  }
}
