import type { Page } from './sections.ts';

/** Markdown. What runs and agents said is text only: it becomes no link, image, HTML or heading. */
export function markdownOf({ title, doubts, summary, sections }: Page): readonly string[] {
  return [
    `# ${escaped(title)}`,
    '',
    ...doubts.flatMap((text) => [`**dogwatch: ${escaped(text)}**`, '']),
    escaped(summary),
    ...sections.flatMap((section) => [
      '',
      `## ${section.title}`,
      '',
      ...section.items.flatMap(({ name, text, more, commands }) => [
        `- **${escaped(name)}**: ${escaped(text)}`,
        ...more.map((line) => `  - ${escaped(line)}`),
        ...commands.map(({ type, does }) => `  - ${code(type)} ${escaped(does)}`),
      ]),
    ]),
  ];
}

/** With a backslash before whatever could have a meaning, such as the `://` that makes a link. */
const escaped = (text: string): string => text.replaceAll(/[\\`*_{}[\]<>#|~&$@!]|:(?=\/\/)|(?<=\bwww)\./gi, (sign) => `\\${sign}`).trim();

/** A code span is fenced with more backticks than stand in it. */
function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${text}${fence}` : `${fence} ${text} ${fence}`;
}
