import { uuidFrom } from './uuid-from.ts';

/** The title by which a session is found whose id its CLI does not let others choose. */
export const titleFrom = (unique: string): string => `dogwatch-${unique}`;

/**
 * A prepared command for another run of the same job: what was chosen from `before` to name its
 * session is chosen from `after`. Words of the operator stay as they are.
 */
export function renewed(command: readonly string[], before: string, after: string): readonly string[] {
  const names = new Map([uuidFrom, titleFrom].map((chosen) => [chosen(before), chosen(after)]));
  return command.map((word) => names.get(word) ?? word);
}
