import stringWidth from 'string-width';
import { type Block, blocksOf, type Piece, piecesOf } from './markdown.ts';

/** How a piece is set off on this output. */
export type Paint = (style: 'bold' | 'code', text: string) => string;

/** Wider lines are hard to read. */
const MAX_WIDTH = 100;
const MIN_WIDTH = 20;
/** A column of wrapped text that is narrower is hard to read. */
const MIN_COLUMN = 24;
/** What stands beside the first cell of a row that is printed as a paragraph. */
const MAX_BESIDE = 30;
const INDENT = 4;

/** Renders a help text as lines of at most `columns`; only code and single words may be wider. */
export function renderHelp(markdown: string, columns: number, paint: Paint): string[] {
  const width = Math.max(MIN_WIDTH, Math.min(columns, MAX_WIDTH));
  const lines: string[] = [];
  let before: Block['kind'] | null = null;
  for (const block of blocksOf(markdown)) {
    if (before !== null && !(before === 'item' && block.kind === 'item')) lines.push('');
    lines.push(...renderBlock(block, width, paint));
    before = block.kind;
  }
  return lines;
}

function renderBlock(block: Block, width: number, paint: Paint): string[] {
  if (block.kind === 'heading')
    return wrapped([{ text: block.depth === 1 ? block.text.toUpperCase() : block.text, style: 'bold' }], width, paint);
  if (block.kind === 'code') return block.lines.map((line) => (line === '' ? '' : `  ${line}`));
  if (block.kind === 'table') return renderTable(block, width, paint);
  if (block.kind === 'paragraph') return wrapped(piecesOf(block.text), width, paint);
  const mark = `  ${block.mark} `;
  return wrapped(piecesOf(block.text), width - mark.length, paint).map(
    (line, index) => (index === 0 ? mark : ' '.repeat(mark.length)) + line,
  );
}

interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const plain = (text: string): string =>
  piecesOf(text)
    .map((piece) => piece.text)
    .join('');

/**
 * In columns, if only the last has to be wrapped and enough is left for it; else each row is a
 * paragraph of its own.
 */
function renderTable({ header, rows }: Table, width: number, paint: Paint): string[] {
  const last = header.length - 1;
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => stringWidth(plain(row[column] ?? '')))));
  const left = width - widths.slice(0, last).reduce((sum, one) => sum + one + 2, 0);
  if (left < Math.min(MIN_COLUMN, widths[last] ?? 0))
    return rows.flatMap((row) => [...renderRow(header, row, width, paint), '']).slice(0, -1);
  return all.flatMap((row) => {
    const cells = row.slice(0, last).map((cell, column) => {
      const text = plain(cell);
      return painted(piecesOf(cell), paint) + ' '.repeat((widths[column] ?? 0) - stringWidth(text) + 2);
    });
    const indent = ' '.repeat(width - left);
    const lines = wrapped(piecesOf(row[last] ?? ''), left, paint);
    const first = `${cells.join('')}${lines[0] ?? ''}`.trimEnd();
    return [row === header ? paint('bold', first) : first, ...lines.slice(1).map((line) => indent + line)];
  });
}

/** Short cells stand in parentheses after the first one, long ones below it with their heading. */
function renderRow(header: readonly string[], row: readonly string[], width: number, paint: Paint): string[] {
  const indented = (text: string) => wrapped(piecesOf(text), width - INDENT, paint).map((line) => ' '.repeat(INDENT) + line);
  const { head, long } = rowAsText(row);
  return [
    ...wrapped(piecesOf(head), width, paint),
    ...long.flatMap((cell) => indented(`${header[row.indexOf(cell)]}: ${cell}`)),
    ...indented((long.length > 0 ? `${header.at(-1)}: ` : '') + (row.at(-1) ?? '')),
  ];
}

/** The first cell with the short ones beside it, and the long ones; without the last. */
export function rowAsText(row: readonly string[]): { readonly head: string; readonly long: readonly string[] } {
  const [first = '', ...middle] = row.slice(0, -1);
  const isShort = (cell: string) => stringWidth(plain(cell)) <= MAX_BESIDE;
  const beside = middle.filter((cell) => cell !== '' && isShort(cell));
  return { head: beside.length > 0 ? `${first} (${beside.join(', ')})` : first, long: middle.filter((cell) => !isShort(cell)) };
}

const painted = (pieces: readonly Piece[], paint: Paint): string =>
  pieces.map(({ text, style }) => (style === 'plain' ? text : paint(style, text))).join('');

/** A word that is wider than a line stays whole, so that it can be copied. */
function wrapped(pieces: readonly Piece[], width: number, paint: Paint): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const word of wordsOf(pieces)) {
    const wide = stringWidth(word.map(({ text }) => text).join(''));
    if (used > 0 && used + 1 + wide > width) {
      lines.push(line);
      [line, used] = ['', 0];
    }
    line += (used > 0 ? ' ' : '') + painted(word, paint);
    used += (used > 0 ? 1 : 0) + wide;
  }
  return used > 0 ? [...lines, line] : lines;
}

/** The words of these pieces: `**a**b c` has two, of which the first has two pieces. */
function wordsOf(pieces: readonly Piece[]): Piece[][] {
  const words: Piece[][] = [[]];
  for (const { text, style } of pieces)
    for (const [index, part] of text.split(/ +/).entries()) {
      if (index > 0) words.push([]);
      if (part !== '') words.at(-1)?.push({ text: part, style });
    }
  return words.filter((word) => word.length > 0);
}
