/** A label becomes part of the names in the engine, and of the command line. */
const LABEL = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;
const MOST_LABELS = 16;

export const LABEL_FORM = 'letters, digits, dashes and underscores, at most 32 of them';

/** Labels separated by commas or spaces, each once. Null if any of them is none, or too many. */
export function parseLabels(text: string): readonly string[] | null {
  const labels = [...new Set(text.split(/[\s,]+/).filter((word) => word !== ''))];
  return labels.every((label) => LABEL.test(label)) && labels.length <= MOST_LABELS ? labels : null;
}
