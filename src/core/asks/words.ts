import { inWords } from '../values/duration.ts';
import { truncate } from '../values/truncate.ts';
import type { Answer, Ask } from './ask.ts';

const IN_A_SENTENCE = 300;

/** The question in one line. */
export const askInWords = ({ number, text }: Pick<Ask, 'number' | 'text'>, length = IN_A_SENTENCE): string =>
  `question ${number}: ${truncate(text.replaceAll(/\s+/g, ' ').trim(), length)}`;

/** "yes", "no: use the other port", or the words themselves. */
export function answerInWords({ says, text, by }: Pick<Answer, 'says' | 'text' | 'by'>): string {
  const words = says === 'text' ? `“${text}”` : text === '' ? says : `${says}: ${text}`;
  return by === 'rule' ? `${words} (as always in this run)` : words;
}

/** What a question that nobody answered within this time is answered with. */
export const unansweredInWords = (graceMs: number): string =>
  `nobody answered within ${inWords(graceMs)} (DOGWATCH_PERMISSION_GRACE); go on without it, or report that you are blocked`;

/** For the prompt of a resumed agent: answers that the attempt that asked did not live to read. */
export function answersInWords(asks: readonly Ask[]): string | null {
  const lines = asks.flatMap(({ text, answer, of }) => {
    if (answer === null) return [];
    const then = of === 'permission' && answer.says === 'yes' ? '; make the same call once more, and it is allowed' : '';
    return `A person has answered what an earlier attempt asked (${truncate(text.replaceAll(/\s+/g, ' ').trim(), IN_A_SENTENCE)}): ${answerInWords(answer)}${then}.`;
  });
  return lines.length === 0 ? null : lines.join('\n');
}
