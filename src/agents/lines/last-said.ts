import type { Agent } from '../contract/agent.ts';
import { looksLikeJson } from './json.ts';

/** What the model said last in the lines of a log, oldest first: at most `count` texts, each once. */
export function lastSaid({ said }: Pick<Agent, 'said'>, lines: readonly string[], count: number): readonly string[] {
  const texts: string[] = [];
  let before: Kind = 'other';
  for (const line of lines) {
    const text = said(line);
    const kind = text === null ? 'other' : kindOf(line);
    if (text !== null && kind !== 'whole' && kind === before) texts.push(`${texts.pop()}${kind === 'prose' ? '\n' : ''}${text}`);
    // The event that ends a turn repeats its last words.
    else if (text !== null && text.trim() !== '' && text !== texts.at(-1)) texts.push(text);
    before = kind;
    if (texts.length > count) texts.shift();
  }
  return texts;
}

/** A line may hold a piece of an answer (gemini-cli 0.61.0 says so) or one line of prose: those that follow each other are one text. */
type Kind = 'whole' | 'piece' | 'prose' | 'other';

function kindOf(line: string): Kind {
  if (!looksLikeJson(line)) return 'prose';
  return line.includes('"delta":true') ? 'piece' : 'whole';
}
