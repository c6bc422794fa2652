import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { renderHelp } from '../../../src/cli/help/render.ts';
import { TOPICS, topicText } from '../../../src/cli/help/topics.ts';

const bare = (_: string, text: string): string => text;
const render = (markdown: string, width: number): string[] => renderHelp(markdown, width, bare);
const TABLE = '| state | means |\n|---|---|\n| `quiet` | alive without recent activity |\n| `held` | no process is alive |';

describe('a help text on a terminal', () => {
  test('paragraphs are wrapped, with an empty line between blocks', () => {
    expect(render('# Title\nOne two three four five six\n\n- a\n- b', 20)).toEqual([
      'TITLE',
      '',
      'One two three four',
      'five six',
      '',
      '  - a',
      '  - b',
    ]);
  });

  test('an item is wrapped below its text', () => {
    expect(render('- one two three four five', 20)).toEqual(['  - one two three', '    four five']);
  });

  test('a table has columns where there is room, the last one wrapped', () => {
    expect(render(TABLE, 40)).toEqual(['state  means', 'quiet  alive without recent activity', 'held   no process is alive']);
    expect(render(TABLE, 31).slice(1, 3)).toEqual(['quiet  alive without recent', '       activity']);
  });

  test('else each row is a paragraph: short cells beside the first, long ones below it', () => {
    const long = 'a cell with many words, too many to stand beside another one';
    expect(render(`| a | b | c | d |\n|---|---|---|---|\n| \`x\` | run | ${long} | last |`, 40)).toEqual([
      'x (run)',
      '    c: a cell with many words, too many',
      '    to stand beside another one',
      '    d: last',
    ]);
  });

  test('code is not wrapped', () => {
    const code = 'dogwatch run --check "npm test" -- opencode run --command upgrade-all';
    expect(render(`\`\`\`\n${code}\n\`\`\``, 40)).toEqual([`  ${code}`]);
  });

  test('styles do not change where lines end', () => {
    const markdown = topicText('disk');
    const painted = renderHelp(markdown, 60, (style, text) => `\u001b[${style === 'bold' ? 1 : 36}m${text}\u001b[39m`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the styles.
    expect(painted.map((line) => line.replaceAll(/\u001b\[\d+m/g, ''))).toEqual(render(markdown, 60));
  });
});

describe.each(Object.keys(TOPICS))('the topic %s', (name) => {
  test.each([20, 40, 60, 80, 100, 200])('fits %i columns, except single words and code', (width) => {
    const tooWide = render(withoutCode(topicText(name)), width).filter((line) => stringWidth(line) > Math.min(width, 100));
    expect(tooWide.filter((line) => line.trim().includes(' '))).toEqual([]);
  });
});

const withoutCode = (markdown: string): string => markdown.replaceAll(/```[\s\S]*?```/g, '');
