/** What a resume prompt can say about its run. */
export interface PromptFacts {
  readonly run: string;
  /** Number of the attempt that is about to start. */
  readonly attempt: number;
  /** Why the previous attempt ended, in words. */
  readonly reason: string;
  /** The check's answer to the last claim of done, or null if none was refused. */
  readonly refusal: string | null;
  /** The command line that reaches dogwatch from inside the run. */
  readonly dogwatch: string;
}

/** The placeholders of a prompt template: `{run}`, `{attempt}` … */
export const PLACEHOLDERS = ['run', 'attempt', 'reason', 'refusal', 'dogwatch'] as const satisfies readonly (keyof PromptFacts)[];

/** The resume prompt that is used unless the operator sets another. */
export const DEFAULT_PROMPT = [
  'The process that worked on this job ended before the job was known to be finished ({reason}). ' +
    'This is attempt {attempt} of the run "{run}".',
  'Look at what has been done already and go on from there; do not start over.',
  'A tool call that was interrupted may or may not have taken effect: look before you repeat it.',
  'When the whole job is finished, and only then, run: {dogwatch} done --because "<what shows that it is finished>".',
  'If you cannot go on without a person, run: {dogwatch} blocked --because "<what you need>".',
  '{refusal}',
].join('\n');

const WORD = /\{\{([a-z]+)\}\}|\{([a-z]+)\}/g;

/**
 * Returns the words in single braces that are not placeholders. `{{word}}` is how a template writes
 * `{word}` itself.
 */
export const unknownPlaceholders = (template: string): string[] =>
  [...template.matchAll(WORD)].flatMap(([, , word]) => (word !== undefined && !isPlaceholder(word) ? [word] : []));

/**
 * Fills a template in one pass, so that braces in the facts stay text. `{refusal}` becomes the
 * check's answer in words, or nothing.
 */
export function renderPrompt(template: string, facts: PromptFacts): string {
  const { refusal } = facts;
  const said =
    refusal === null ? '' : `The job was said to be finished, but the check of that failed. It printed:\n${refusal.trim() || '(nothing)'}`;
  const texts: Readonly<Record<keyof PromptFacts, string>> = { ...facts, attempt: String(facts.attempt), refusal: said };
  const filled = template.replace(WORD, (whole, literal?: string, word?: string) => {
    if (literal !== undefined) return `{${literal}}`;
    return word !== undefined && isPlaceholder(word) ? texts[word] : whole;
  });
  return filled.trim();
}

const isPlaceholder = (word: string): word is keyof PromptFacts => (PLACEHOLDERS as readonly string[]).includes(word);
