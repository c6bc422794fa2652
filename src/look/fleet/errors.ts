import * as z from 'zod/mini';
import type { Silence } from '../../view/fleet/model.ts';
import { REMOTE_COMMAND } from './silence.ts';

const part = z.catch(z.nullable(z.string()), null);
/** What a command with `--json` prints if it fails. */
const farError = z.object({ error: z.object({ message: z.string(), expected: part, got: part, do: part }) });

/** Why dogwatch on the other host could not say its state, if this object says that. Else null. */
export function farErrorIn(value: object): Silence | null {
  const { success, data } = z.safeParse(farError, value);
  if (!success) return null;
  const { message, expected, got, do: what } = data.error;
  return {
    kind: 'failed',
    message: `dogwatch failed there: ${message}`,
    expected: expected ?? `the state that \`${REMOTE_COMMAND}\` prints`,
    got: got ?? '',
    do: what ?? 'type `dogwatch doctor` there',
  };
}

export const tooNew = (version: number): Silence => ({
  kind: 'not-understood',
  message: 'its dogwatch is newer than this one',
  expected: 'a status of version 1',
  got: `version ${version}`,
  do: 'update dogwatch here',
});

/** This machine's own state cannot be read. */
export const unreadableHere = (message: string): Silence => ({
  kind: 'failed',
  message: `its state cannot be read: ${message}`,
  expected: `the state that \`${REMOTE_COMMAND}\` prints`,
  got: '',
  do: 'type `dogwatch doctor`',
});
