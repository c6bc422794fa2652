export interface Room {
  readonly lines: number;
  readonly characters: number;
  /** A line is going to be cut to so many characters. */
  readonly ofLine: number;
}

/** The first lines that there is room for, and how many there are more. */
export function fromStart(lines: readonly string[], { lines: count, characters, ofLine }: Room): readonly string[] {
  let taken = 0;
  const cut = lines.findIndex((line, index) => {
    taken += Math.min(line.length, ofLine) + 1;
    return index >= count || taken > characters;
  });
  return cut < 0 ? lines : [...lines.slice(0, cut), `… and ${lines.length - cut} more`];
}

/** The last lines that there is room for, after how many there are more. */
export const fromEnd = (lines: readonly string[], room: Room): readonly string[] => fromStart(lines.toReversed(), room).toReversed();
