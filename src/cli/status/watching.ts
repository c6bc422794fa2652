import { follow } from '../../look/follow.ts';
import type { Layout } from '../../store/directory/layout.ts';
import type { View } from '../../view/model.ts';
import { chosenRuns } from './chosen.ts';
import { ofChosen } from './report.ts';

export const CLEAR = '\u001b[2J';
const HOME = '\u001b[H';
const CLEAR_BELOW = '\u001b[J';
const CLEAR_REST = '\u001b[K';

/**
 * Shows the runs again whenever something changes, until the process is interrupted. On a terminal
 * the new lines replace the old ones; elsewhere each change is printed.
 */
export async function watchRuns(layout: Layout, names: readonly string[], linesOf: (view: View) => readonly string[]): Promise<void> {
  const choose = names.length === 0 ? undefined : (reader: Parameters<typeof chosenRuns>[0]) => chosenRuns(reader, names);
  // A dumb terminal cannot go back.
  const isScreen = process.stdout.isTTY && process.env.TERM !== 'dumb';
  let [before, last]: [string, View | null] = ['', null];
  const show = (view: View, isNew = false) => {
    const lines = linesOf(view);
    const shown = isScreen ? whole(lines, process.stdout.rows) : lines.map((line) => `${line}\n`).join('');
    if (shown !== before || isNew) process.stdout.write(isScreen && (before === '' || isNew) ? `${CLEAR}${shown}` : shown);
    before = shown;
  };
  if (isScreen) process.stdout.on('resize', () => last !== null && show(last, true));
  for await (const view of follow(layout, {}, choose)) {
    last = ofChosen(view, names);
    show(last);
  }
}

/** All that the terminal has room for, without scrolling. */
export function whole(lines: readonly string[], rows: number): string {
  const room = Math.max(1, rows - 1);
  const shown = lines.length <= room ? lines : [...lines.slice(0, room - 1), `${lines.length - room + 1} more lines`];
  return `${HOME}${shown.map((line) => `${line}${CLEAR_REST}\n`).join('')}${CLEAR_BELOW}`;
}
