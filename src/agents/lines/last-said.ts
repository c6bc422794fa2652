import type { Agent } from '../contract/agent.ts';
import { looksLikeJson } from '../event/json.ts';

/**
 * The model's last texts in the lines of a log, oldest first: at most `count`, without repetitions.
 */
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

/**
 * A line may hold a piece of an answer (marked as one by gemini-cli 0.61.0) or one line of prose:
 * consecutive ones form one text.
 */
type Kind = 'whole' | 'piece' | 'prose' | 'other';

function kindOf(line: string): Kind {
  if (!looksLikeJson(line)) return 'prose';
  return line.includes('"delta":true') ? 'piece' : 'whole';
}
