/** The parts of a help text. Everything else that Markdown has is not used in them. */
export type Block =
  | { readonly kind: 'heading'; readonly depth: number; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'item'; readonly mark: string; readonly text: string }
  | { readonly kind: 'code'; readonly lines: readonly string[] }
  | { readonly kind: 'table'; readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] };

const FENCE = /^```/;
const HEADING = /^(#+) (.*)$/;
const ITEM = /^(\*|-|\d+\.) (.*)$/;
const COMMENT = /^<!--.*-->$/;

/** The blocks of a help text, in order. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  const lines = markdown.split('\n');
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    const taken = fenced(lines, at) ?? tabular(lines, at) ?? single(line) ?? flowing(lines, at);
    if (taken.block !== null) blocks.push(taken.block);
    at += taken.lines;
  }
  return blocks;
}

interface Taken {
  readonly block: Block | null;
  readonly lines: number;
}

function fenced(lines: readonly string[], at: number): Taken | null {
  if (!FENCE.test(lines[at] ?? '')) return null;
  const end = lines.findIndex((line, index) => index > at && FENCE.test(line));
  const to = end < 0 ? lines.length : end;
  return { block: { kind: 'code', lines: lines.slice(at + 1, to) }, lines: to + 1 - at };
}

function tabular(lines: readonly string[], at: number): Taken | null {
  const end = lines.findIndex((line, index) => index >= at && !line.startsWith('|'));
  const [header, , ...rows] = lines.slice(at, end < 0 ? lines.length : end).map(cellsOf);
  if (header === undefined) return null;
  return { block: { kind: 'table', header, rows }, lines: rows.length + 2 };
}

/** A `\|` is no border. */
const cellsOf = (row: string): string[] =>
  row
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));

function single(line: string): Taken | null {
  if (line.trim() === '' || COMMENT.test(line)) return { block: null, lines: 1 };
  const [, marks = '', text = ''] = HEADING.exec(line) ?? [];
  return marks === '' ? null : { block: { kind: 'heading', depth: marks.length, text }, lines: 1 };
}

/** A paragraph or an item, up to the line at which another block begins. */
function flowing(lines: readonly string[], at: number): Taken {
  const begins = (line: string) => line.trim() === '' || /^(\||```|#+ |<!--)/.test(line) || ITEM.test(line);
  const end = lines.findIndex((line, index) => index > at && begins(line));
  const own = lines.slice(at, end < 0 ? lines.length : end).map((line) => line.trim());
  const [, mark, first = ''] = ITEM.exec(own[0] ?? '') ?? [];
  if (mark === undefined) return { block: { kind: 'paragraph', text: own.join(' ') }, lines: own.length };
  return { block: { kind: 'item', mark, text: [first, ...own.slice(1)].join(' ') }, lines: own.length };
}

/** A piece of a line, and how it is set off. */
export interface Piece {
  readonly text: string;
  readonly style: 'plain' | 'bold' | 'code';
}

const INLINE = /`([^`]+)`|\*\*(.+?)\*\*|\*(?!\s)([^*]+)\*|\[([^\]]+)\]\(([^)]+)\)/g;

/**
 * The pieces of a line of Markdown. A link becomes its text; one to another topic, the command that
 * shows it.
 */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const found of text.matchAll(INLINE)) {
    pieces.push({ text: text.slice(from, found.index), style: 'plain' });
    const [whole, code, bold, emphasis, label, target] = found;
    if (code !== undefined) pieces.push(quoted(code));
    else if (bold !== undefined) pieces.push(...piecesOf(bold).map((piece) => ({ ...piece, style: 'bold' as const })));
    else if (emphasis !== undefined) pieces.push({ text: emphasis, style: 'plain' });
    else pieces.push(...linked(label ?? '', target ?? ''));
    from = found.index + whole.length;
  }
  return [...pieces, { text: text.slice(from), style: 'plain' as const }].filter((piece) => piece.text !== '');
}

/** Code of several words keeps its marks: without colours they show where it ends. */
const quoted = (code: string): Piece => ({ text: code.includes(' ') ? `\`${code}\`` : code, style: 'code' });

function linked(label: string, target: string): Piece[] {
  const [, topic] = /^(\w+)\.md$/.exec(target) ?? [];
  if (topic !== undefined) return [quoted(`dogwatch help ${topic}`)];
  return target.startsWith('https:') && target !== label ? [{ text: `${label} (${target})`, style: 'plain' }] : piecesOf(label);
}
