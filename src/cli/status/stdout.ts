import { clockAt } from '../../look/clock.ts';
import { paint } from '../terminal/colors.ts';
import { isUnicode } from '../terminal/is-unicode.ts';
import type { Paper } from './paper.ts';

/** A terminal that does not tell its size. */
const USUAL_COLUMNS = 80;

/** What stdout is: a terminal of some width, or a file or pipe, where nothing is cut. */
export function paperFor(nowWall: number, isUtc: boolean, isPlain = false): Paper {
  const { isTTY, columns } = process.stdout;
  const isTerminal = isTTY === true && !isPlain;
  return {
    columns: isTerminal ? columns || USUAL_COLUMNS : null,
    clock: clockAt(nowWall, isUtc),
    mark: isUnicode(process.env) ? '…' : '...',
    paint: (format, text) => (isTerminal ? paint(format, text) : text),
  };
}
