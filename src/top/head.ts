import { bytesInWords } from '../core/values/bytes.ts';
import { nowInZone, when } from '../view/clock.ts';
import type { FilesystemView, View } from '../view/model.ts';
import { columnsOf, wrap } from '../view/width.ts';
import { countsInWords, doubtsOf, noticeInWords, pulseOf, shortageOf } from '../view/words.ts';
import { clean, type Line, line, type Pen, spread, within } from './pen.ts';

/** More lines of doubts would hide what they are about. */
const MOST_DOUBT_LINES = 3;
const BAR = 20;

/** "Do I have to get up?" and "can I trust this screen?", and what is filling up. */
export function headOf(view: View, pen: Pen, width: number, height: number): readonly Line[] {
  return [
    first(view, pen, width),
    ...second(view, pen, width, height),
    ...disks(view, pen, width, height),
    ...others(view, pen, width, height),
  ];
}

function first(view: View, pen: Pen, width: number): Line {
  const { clock } = pen;
  const counts = clean(pen, countsInWords(view));
  const now = nowInZone(clock);
  const heads = [`dogwatch  ${clean(pen, view.host.name)}  ${counts}`, `dogwatch  ${counts}`];
  const head = heads.find((one) => columnsOf(one) + columnsOf(now) + 2 <= width) ?? counts;
  return line(spread(pen, head, now, width), 'strong');
}

function second(view: View, pen: Pen, width: number, height: number): readonly Line[] {
  const doubts = doubtsOf(view, pen.clock).map((text) => clean(pen, text));
  if (doubts.length === 0) return [line(within(pen, clean(pen, pulseOf(view, pen.clock)), width), 'faint')];
  const room = height < 12 ? 1 : height < 20 ? 2 : MOST_DOUBT_LINES;
  const lines = wrap(doubts.join('; '), width);
  const shown = lines.length <= room ? lines : [...lines.slice(0, room - 1), within(pen, lines.slice(room - 1).join(' '), width)];
  return shown.map((text) => line(text, 'alarm'));
}

const RANKS: readonly FilesystemView['pressure'][] = ['critical', 'soft', 'none'];
const fill = ({ availableBytes, totalBytes }: FilesystemView): number => (totalBytes === 0 ? 0 : 1 - availableBytes / totalBytes);

function disks({ host }: View, pen: Pen, width: number, height: number): readonly Line[] {
  const sorted = [...host.filesystems].sort((a, b) => RANKS.indexOf(a.pressure) - RANKS.indexOf(b.pressure) || fill(b) - fill(a));
  const room = height < 12 ? 0 : height < 20 ? 1 : 3;
  return sorted.slice(0, room).map((disk) => {
    const shortage = shortageOf(disk, pen.clock);
    if (shortage !== null) return line(within(pen, clean(pen, shortage), width), 'person');
    const full = disk.fullAt === null ? '' : `; full at this rate at ${when(pen.clock, disk.fullAt)}`;
    const text = `${bytesInWords(disk.availableBytes)} of ${bytesInWords(disk.totalBytes)} available${full}`;
    return line(within(pen, `disk ${width < 70 ? '' : `${bar(fill(disk), pen)} `}${clean(pen, disk.path)}  ${text}`, width));
  });
}

function bar(share: number, { isUnicode }: Pen): string {
  const used = Math.max(0, Math.min(BAR, Math.round(share * BAR)));
  const [full, free] = isUnicode ? ['█', '░'] : ['#', '.'];
  return `[${full.repeat(used)}${free.repeat(BAR - used)}]`;
}

/** What is wrong with no run in particular. */
function others({ unreadable, notices }: View, pen: Pen, width: number, height: number): readonly Line[] {
  const texts = [
    ...unreadable.map(({ name }) => `${name} cannot be read: its row in the database is damaged; see \`dogwatch doctor\``),
    ...notices.filter(({ runs, state }) => runs.length === 0 && state === 'open').map((notice) => noticeInWords(notice, pen.clock)),
  ];
  const room = height < 16 ? 1 : 2;
  const more = texts.length > room ? ` (and ${texts.length - room} more)` : '';
  return texts
    .slice(0, room)
    .map((text, index) => line(within(pen, clean(pen, `!! ${text}${index === room - 1 ? more : ''}`), width), 'person'));
}
