import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { paint } from '../terminal/colors.ts';
import { renderHelp } from './render.ts';

/** Without a terminal. */
const COLUMNS = 80;

/** Prints a help text; in the operator's pager, if it is longer than the terminal. */
export async function showHelp(markdown: string): Promise<void> {
  const { isTTY, columns, rows } = process.stdout;
  const lines = renderHelp(markdown, isTTY && columns ? columns : COLUMNS, (style, text) =>
    paint(style === 'code' ? 'cyan' : 'bold', text),
  );
  const text = `${lines.join('\n')}\n`;
  if (isTTY && process.stdin.isTTY && rows && lines.length >= rows && (await paged(text))) return;
  process.stdout.write(text);
}

/** Returns false if no pager can be started. */
async function paged(text: string): Promise<boolean> {
  const [program = 'less', ...args] = (process.env.PAGER ?? 'less').split(/\s+/).filter((word) => word !== '');
  // As git does: colours, no screen of its own that is gone afterwards.
  const pager = spawn(program, args, { stdio: ['pipe', 'inherit', 'inherit'], env: { LESS: 'FRX', ...process.env } });
  pager.stdin.on('error', () => {});
  const ended = once(pager, 'close').then(
    () => true,
    () => false,
  );
  pager.stdin.end(text);
  return ended;
}
