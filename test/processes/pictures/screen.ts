import { spawn } from 'node:child_process';
import xterm from '@xterm/headless';

const FONT_PX = 14;
const CELL_WIDTH = 8.43;
const CELL_HEIGHT = 18;
const MARGIN = 14;
const BACKGROUND = '#16181d';
const FOREGROUND = '#d8dbe2';
/** The sixteen colours of a terminal, as readable on the dark background as on paper. */
const COLOURS = [
  ...['#5c6370', '#ff7b72', '#7ee787', '#e3b341', '#79c0ff', '#d2a8ff', '#76e3ea', FOREGROUND],
  ...['#8b949e', '#ffa198', '#a5f3b0', '#f2cc60', '#a5d6ff', '#e2c5ff', '#b3f0ff', '#ffffff'],
];

interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface Shown extends Size {
  readonly command: readonly string[];
  /** The view is whole when it has written this. */
  readonly word: string;
  /** What the picture shows, for those who do not see it. */
  readonly title: string;
}

/** What a command shows on a terminal, as a picture; then it is killed. */
export async function screenOf({ command, columns, rows, word, title }: Shown, env: NodeJS.ProcessEnv): Promise<string> {
  const quoted = command.map((one) => `'${one.replaceAll("'", "'\\''")}'`).join(' ');
  const shell = `stty cols ${columns} rows ${rows}; exec ${quoted}`;
  const child = spawn('script', ['--quiet', '--return', '--command', shell, '/dev/null'], {
    env: { ...env, TERM: 'xterm-256color' },
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  let text = '';
  let timer: NodeJS.Timeout | undefined;
  await new Promise<void>((done, fail) => {
    const deadline = setTimeout(() => fail(new Error(`never wrote ${word}: ${text}`)), DEADLINE_MS);
    child.on('error', fail);
    child.on('close', () => {
      clearTimeout(deadline);
      done();
    });
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk;
      screen.write(chunk);
      if (!text.includes(word)) return;
      // A live view has drawn its frame when nothing more comes.
      clearTimeout(timer);
      timer = setTimeout(done, STILL_MS);
    });
  });
  if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  await new Promise<void>((done) => screen.write('', done));
  return svgOf(screen, title);
}

const DEADLINE_MS = 20_000;
const STILL_MS = 1500;

/** The screen as a picture: text that can be selected, in the colours of the terminal. */
function svgOf(screen: xterm.Terminal, title: string): string {
  const used = lastUsedRow(screen) + 1;
  const [width, height] = [screen.cols * CELL_WIDTH + 2 * MARGIN, used * CELL_HEIGHT + 2 * MARGIN];
  const lines = Array.from({ length: used }, (_, row) => lineOf(screen, row)).join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="${FONT_PX}" xml:space="preserve">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>
${lines}</svg>
`;
}

function lastUsedRow(screen: xterm.Terminal): number {
  const { active } = screen.buffer;
  for (let row = screen.rows - 1; row > 0; row--)
    if ((active.getLine(active.viewportY + row)?.translateToString(true) ?? '') !== '') return row;
  return 0;
}

interface Piece {
  text: string;
  readonly column: number;
  columns: number;
  readonly style: string;
  readonly behind: string | null;
}

/** Neighbouring cells of one style are one piece. */
function lineOf(screen: xterm.Terminal, row: number): string {
  const { active } = screen.buffer;
  const line = active.getLine(active.viewportY + row);
  const pieces: Piece[] = [];
  for (let column = 0; column < screen.cols; column++) {
    const cell = line?.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const { style, behind } = styleOf(cell);
    const before = pieces.at(-1);
    const text = cell.getChars() || ' ';
    if (before?.style === style && before.behind === behind) {
      before.text += text;
      before.columns += cell.getWidth();
    } else pieces.push({ text, column, columns: cell.getWidth(), style, behind });
  }
  const y = MARGIN + row * CELL_HEIGHT;
  return pieces.map((piece) => drawn(piece, y)).join('');
}

function styleOf(cell: xterm.IBufferCell): { readonly style: string; readonly behind: string | null } {
  const own = cell.isFgPalette() ? (COLOURS[cell.getFgColor()] ?? FOREGROUND) : FOREGROUND;
  const back = cell.isBgPalette() ? (COLOURS[cell.getBgColor()] ?? null) : null;
  const [ink, behind] = cell.isInverse() ? [back ?? BACKGROUND, own] : [own, back];
  const marks = [
    ...(cell.isBold() ? ['font-weight="bold"'] : []),
    ...(cell.isDim() ? ['opacity="0.65"'] : []),
    ...(cell.isUnderline() ? ['text-decoration="underline"'] : []),
  ];
  return { style: [`fill="${ink}"`, ...marks].join(' '), behind };
}

function drawn({ text, column, columns, style, behind }: Piece, y: number): string {
  const [x, width] = [MARGIN + column * CELL_WIDTH, columns * CELL_WIDTH];
  const box =
    behind === null ? '' : `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${CELL_HEIGHT}" fill="${behind}"/>\n`;
  if (text.trim() === '') return box;
  return `${box}<text x="${x.toFixed(1)}" y="${y + FONT_PX}" textLength="${width.toFixed(1)}" ${style}>${escaped(text)}</text>\n`;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
