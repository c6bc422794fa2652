import { wrap } from '../view/width.ts';
import type { Page } from './sections.ts';

/** Plain text. `columns` is the width of the terminal, or null if no line is too long. */
export function textOf({ title, doubts, summary, sections }: Page, columns: number | null): readonly string[] {
  const indented = (text: string, indent: number): readonly string[] => {
    const lines = columns === null ? [text] : wrap(text, Math.max(1, columns - indent));
    return lines.map((line) => `${' '.repeat(columns === null ? indent : Math.min(indent, Math.max(0, columns - 1)))}${line}`);
  };
  return [
    ...doubts.flatMap((text) => indented(`dogwatch: ${text}`, 0)),
    ...indented(title, 0),
    ...indented(summary, 0),
    ...sections.flatMap((section) => [
      '',
      ...indented(section.title.toUpperCase(), 0),
      ...section.items.flatMap(({ name, text, more, commands }) => [
        ...indented(`${name}  ${text}`, 2),
        ...more.flatMap((line) => indented(line, 6)),
        ...commands.flatMap(({ type, does }) => indented(`${type}  ${does}`, 6)),
      ]),
    ]),
  ];
}
