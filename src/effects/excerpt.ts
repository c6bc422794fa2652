export interface Room {
  readonly lines: number;
  readonly characters: number;
  /** The length in characters to which each line will be cut. */
  readonly ofLine: number;
}

/** Returns the first lines that fit, followed by how many are left out. */
export function fromStart(lines: readonly string[], { lines: count, characters, ofLine }: Room): readonly string[] {
  let taken = 0;
  const cut = lines.findIndex((line, index) => {
    taken += Math.min(line.length, ofLine) + 1;
    return index >= count || taken > characters;
  });
  return cut < 0 ? lines : [...lines.slice(0, cut), `… and ${lines.length - cut} more`];
}

/** Returns the last lines that fit, preceded by how many are left out. */
export const fromEnd = (lines: readonly string[], room: Room): readonly string[] => fromStart(lines.toReversed(), room).toReversed();
