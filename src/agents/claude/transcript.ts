import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Signal } from '../../core/model/facts.ts';
import type { Interpreter } from '../contract/agent.ts';
import { jsonWithoutContent } from '../event/json.ts';
import { answerUsage } from './usage.ts';

/**
 * Claude Code's record of a session (2.1.330). It says how long an answer was as soon as that is
 * whole: the output says so only in the sum of a turn, which a killed one lacks.
 */
export const transcriptInterpreter = (): Interpreter => ({ read: (lines) => lines.flatMap(line) });

const ANSWER = '"role":"assistant"';

function line(text: string): readonly Signal[] {
  if (!text.includes(ANSWER)) return [];
  const event = jsonWithoutContent(text, { type: 'string' } as const);
  return event?.type === 'assistant' ? answerUsage(event) : [];
}

/** The records of sub-agents beside that of their session. */
export function subTranscripts(record: string): readonly string[] {
  const directory = join(record.replace(/\.jsonl$/, ''), 'subagents');
  try {
    const names = readdirSync(directory).filter((name) => /^agent-.*\.jsonl$/.test(name));
    return names.map((name) => join(directory, name));
  } catch {
    return [];
  }
}
