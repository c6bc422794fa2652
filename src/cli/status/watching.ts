import { follow } from '../../look/follow.ts';
import type { Layout } from '../../store/directory/layout.ts';
import type { View } from '../../view/model.ts';
import { chosenRuns } from './chosen.ts';
import { ofChosen } from './report.ts';

const HOME = '\u001b[H';
const CLEAR_BELOW = '\u001b[J';
const CLEAR_REST = '\u001b[K';

/**
 * Shows the runs again whenever something changes, until the process is interrupted. On a terminal
 * the new lines replace the old ones; elsewhere each change is printed.
 */
export async function watchRuns(layout: Layout, names: readonly string[], linesOf: (view: View) => readonly string[]): Promise<void> {
  const choose = names.length === 0 ? undefined : (reader: Parameters<typeof chosenRuns>[0]) => chosenRuns(reader, names);
  let before = '';
  for await (const view of follow(layout, {}, choose)) {
    const { isTTY, rows } = process.stdout;
    const lines = linesOf(ofChosen(view, names));
    const shown = isTTY ? whole(lines, rows) : `${lines.join('\n')}\n`;
    if (shown !== before) process.stdout.write(isTTY && before === '' ? `\u001b[2J${shown}` : shown);
    before = shown;
  }
}

/** All that the terminal has room for, without scrolling. */
function whole(lines: readonly string[], rows: number): string {
  const room = Math.max(1, rows - 1);
  const shown =
    lines.length <= room ? lines : [...lines.slice(0, room - 1), `${lines.length - room + 1} more lines: make the window higher`];
  return `${HOME}${shown.map((line) => `${line}${CLEAR_REST}\n`).join('')}${CLEAR_BELOW}`;
}
