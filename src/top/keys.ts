/** A key that was pressed. */
export interface Key {
  /** "up", "enter", "esc" and the like, or the character itself. */
  readonly name: string;
  /** It did not come together with others, as pasted text does. */
  readonly isAlone: boolean;
}

/** What is left of the bytes that a terminal has sent so far. */
export interface Typed {
  readonly keys: readonly Key[];
  /** The beginning of a sequence whose end has not arrived. */
  readonly rest: string;
  readonly isPasting: boolean;
}

const PASTE = '\u001b[200~';
const PASTE_END = '\u001b[201~';
/** Nobody types this much at once. */
const MOST_AT_ONCE = 32;

const SEQUENCES: Readonly<Record<string, string>> = {
  '[A': 'up',
  '[B': 'down',
  OA: 'up',
  OB: 'down',
  '[5~': 'page-up',
  '[6~': 'page-down',
  '[H': 'home',
  '[F': 'end',
  OH: 'home',
  OF: 'end',
  '[1~': 'home',
  '[4~': 'end',
};

const CONTROLS: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\u007f': 'backspace',
  '\b': 'backspace',
  '\u0003': 'ctrl-c',
  '\u000c': 'ctrl-l',
  '\u001a': 'ctrl-z',
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals send them
const WHOLE = /^\u001b(?:\[[0-?]*[ -/]*[@-~]|O[ -~]|[^[O])/;

/** The keys in what a terminal sent. Pasted text, marked as such, is left out. */
export function typed(chunk: string, { rest: before, isPasting: wasPasting }: Pick<Typed, 'rest' | 'isPasting'>): Typed {
  const names: string[] = [];
  let text = before + chunk;
  let isPasting = wasPasting;
  while (text !== '') {
    if (isPasting) {
      const end = text.indexOf(PASTE_END);
      // The mark itself may arrive in two parts.
      if (end === -1) return { keys: keysOf(names, true), rest: text.slice(-(PASTE_END.length - 1)), isPasting };
      text = text.slice(end + PASTE_END.length);
      isPasting = false;
      continue;
    }
    // Esc twice.
    if (text.startsWith('\u001b\u001b')) {
      names.push('esc');
      text = text.slice(1);
      continue;
    }
    if (text.startsWith('\u001b')) {
      const sequence = WHOLE.exec(text)?.[0];
      if (sequence === undefined) return { keys: keysOf(names, false), rest: text, isPasting };
      text = text.slice(sequence.length);
      if (sequence === PASTE) isPasting = true;
      else names.push(SEQUENCES[sequence.slice(1)] ?? '');
      continue;
    }
    const [first = ''] = text;
    text = text.slice(first.length);
    names.push(CONTROLS[first] ?? (first >= ' ' ? first : ''));
  }
  return { keys: keysOf(names, wasPasting), rest: '', isPasting };
}

function keysOf(names: readonly string[], isSuspect: boolean): readonly Key[] {
  if (names.length > MOST_AT_ONCE) return [];
  const isAlone = names.length === 1 && !isSuspect;
  return names.filter((name) => name !== '').map((name) => ({ name, isAlone }));
}
