import type { Heard, HostKnown, Silence } from '../../src/view/fleet/model.ts';
import type { View } from '../../src/view/model.ts';

export const SILENCE: Silence = {
  kind: 'timed-out',
  message: 'nothing within 15 s',
  expected: 'an answer to `ssh build1 dogwatch status --json`',
  got: '',
  do: 'see how long it takes',
};

/** A host that answered with this view at this moment, in ms, unless fields say else. */
export function heardOf(
  name: string,
  view: View | null,
  { atMs = 0, tookMs = 100, offsetMs = 0, ...more }: Partial<Heard & HostKnown> = {},
): HostKnown {
  const heard = view === null ? null : { view, atMs, tookMs, offsetMs };
  return { given: name, name, prefix: `ssh ${name}`, silence: null, heard, ...more };
}
