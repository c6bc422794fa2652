import type { Line, Look } from '../../top/pen.ts';
import { columnsOf } from '../../view/width.ts';

const ESC = '\u001b[';
// Alternate screen, no cursor, paste marked as such, no wrapping of a line that a font draws wider.
const ENTER = `${ESC}?1049h${ESC}?25l${ESC}?2004h${ESC}?7l`;
const LEAVE = `${ESC}0m${ESC}?7h${ESC}?2004l${ESC}?25h${ESC}?1049l`;

const LOOKS: Readonly<Record<Look, string>> = {
  plain: '',
  strong: '1',
  faint: '2',
  person: '1;31',
  waits: '33',
  chosen: '7',
  'chosen-person': '1;7;31',
  alarm: '1;7',
};

/** The terminal in raw mode, with a screen of its own; only rows that changed are written. */
export class Terminal {
  readonly #in: NodeJS.ReadStream;
  readonly #out: NodeJS.WriteStream;
  readonly #isDumb: boolean;
  readonly #hasColours: boolean;
  #rows: readonly string[] = [];
  #isOpen = false;

  constructor(env: NodeJS.ProcessEnv, input = process.stdin, out = process.stdout) {
    this.#in = input;
    this.#out = out;
    this.#isDumb = env.TERM === 'dumb' || env.TERM === undefined || env.TERM === '';
    this.#hasColours = env.NO_COLOR === undefined || env.NO_COLOR === '';
  }

  get width(): number {
    return this.#out.columns || 80;
  }

  get height(): number {
    return this.#out.rows || 24;
  }

  open(): void {
    // A shell may have changed the mode while this process was suspended, and Node does not ask.
    this.#in.setRawMode(false);
    this.#in.setRawMode(true);
    this.#in.resume();
    this.#isOpen = true;
    if (!this.#isDumb) this.#out.write(ENTER);
    this.forget();
  }

  /** Leaves the terminal as it was. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (!this.#isDumb) this.#out.write(LEAVE);
    this.#in.setRawMode(false);
    this.#in.pause();
  }

  /** The next lines are written whole. */
  forget(): void {
    this.#rows = [];
  }

  show(lines: readonly Line[]): void {
    if (!this.#isOpen) return;
    const rows = lines.map((one) => this.#styled(one));
    const before = this.#rows;
    this.#rows = rows;
    if (this.#isDumb) {
      // It cannot go back: a screen that changed is written below the last.
      if (rows.join('\n') !== before.join('\n')) this.#out.write(`${rows.join('\r\n').trimEnd()}\r\n\r\n`);
      return;
    }
    const isNew = before.length !== rows.length;
    const changed = rows.flatMap((row, index) => (isNew || row !== before[index] ? [`${ESC}${index + 1};1H${ESC}K${row}`] : []));
    if (changed.length > 0) this.#out.write(`${isNew ? `${ESC}0m${ESC}2J` : ''}${changed.join('')}`);
  }

  #styled({ text, look }: Line): string {
    const sgr = this.#hasColours ? LOOKS[look] : LOOKS[look].replaceAll(/;?3\d/g, '');
    if (this.#isDumb || sgr === '') return text;
    // A bar in reverse video is as wide as the screen.
    const wide = /(?:^|;)7/.test(sgr) ? text + ' '.repeat(Math.max(0, this.width - columnsOf(text))) : text;
    return `${ESC}${sgr}m${wide}${ESC}0m`;
  }
}
