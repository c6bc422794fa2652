/**
 * A text may have many braces that begin nothing: this many are tried, and the text is read this
 * many times at most.
 */
const MOST_TRIED = 50;
const MOST_READ = 3;

/**
 * The first JSON object in a text for which `isMeant` holds. A shell may print greetings before and
 * after the output of a command. Null if there is none.
 */
export function objectIn(text: string, isMeant: (value: object) => boolean): object | null {
  let [tried, left] = [0, MOST_READ * text.length];
  for (const { index } of text.matchAll(/\{\s*"/g)) {
    if (tried++ >= MOST_TRIED || left <= 0) return null;
    const end = endOf(text, index);
    left -= (end ?? text.length) - index;
    const value = end === null ? null : parsed(text.slice(index, end));
    if (value !== null && isMeant(value)) return value;
  }
  return null;
}

/** The position after the brace that closes the one at `start`, or null if none does. */
function endOf(text: string, start: number): number | null {
  const marks = /["{}]|\\./g;
  marks.lastIndex = start;
  let [depth, isText] = [0, false];
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    const [sign] = mark;
    if (sign === '"') isText = !isText;
    else if (isText) continue;
    else if (sign === '{') depth++;
    else if (sign === '}' && --depth === 0) return marks.lastIndex;
  }
  return null;
}

function parsed(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
