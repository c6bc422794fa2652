import type { Command } from 'commander';
import { type Block, blocksOf } from './markdown.ts';
import { rowAsText } from './render.ts';
import { TOPICS, topicText } from './topics.ts';

/** The whole manual as Markdown: what `--help` says of each command, then every topic. */
export const manualOf = (program: Command): string =>
  [
    '# dogwatch(1) -- keep unattended coding-agent runs going',
    '## SYNOPSIS\n\n`dogwatch` *COMMAND* [*OPTION*...] [*ARGUMENT*...]',
    `## DESCRIPTION\n\n${program.description()}`,
    `## COMMANDS\n\n${commandsOf(program).map(describe).join('\n\n')}`,
    ...Object.keys(TOPICS).map((name) => section(name, topicText(name))),
    '',
  ].join('\n\n');

/** The commands that `--help` lists, those below others included. */
function commandsOf(program: Command): Command[] {
  const visible = program.createHelp().visibleCommands(program);
  return visible.flatMap((command) => (command.commands.length > 0 ? commandsOf(command) : [command]));
}

function describe(command: Command): string {
  const help = command.createHelp();
  const options = help.visibleOptions(command).filter((option) => option.long !== '--help');
  return [
    `### ${help.commandUsage(command)}`,
    command.description(),
    ...options.map((option) => `* \`${option.flags}\`: ${help.optionDescription(option)}`),
  ].join('\n\n');
}

const section = (name: string, markdown: string): string =>
  blocksOf(markdown)
    .map((block) => asMarkdown(block, name))
    .join('\n\n');

/**
 * A topic is a section, its headings are one level lower, and its tables are lists: `man` has no
 * room for columns.
 */
function asMarkdown(block: Block, topic: string): string {
  if (block.kind === 'heading') return `${'#'.repeat(block.depth + 1)} ${block.depth === 1 ? `${topic.toUpperCase()}: ` : ''}${block.text}`;
  if (block.kind === 'code') return ['```', ...block.lines, '```'].join('\n');
  if (block.kind === 'paragraph') return withoutLinks(block.text);
  if (block.kind === 'item') return withoutLinks(`${block.mark} ${block.text}`);
  return block.rows
    .map((row) => {
      const { head, long } = rowAsText(row);
      return withoutLinks(`* ${head}: ${[...long, row.at(-1)].filter(Boolean).join('; ')}`);
    })
    .join('\n\n');
}

/** Another topic is a section of the same page. */
const withoutLinks = (text: string): string =>
  text.replaceAll(LINK, (_, label: string, target: string) => /^(\w+)\.md$/.exec(target)?.[1]?.toUpperCase() ?? label);
const LINK = /\[([^\]]*)\]\(([^)]*\.md)\)/g;
