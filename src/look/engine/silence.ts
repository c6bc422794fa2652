import { span } from '../../view/clock.ts';
import type { Silence } from '../../view/fleet/model.ts';

/** A host whose beats have not come for too long. `prefix` stands before what is typed for it. */
export const notHeardOf = (silentMs: number, prefix: string): Silence => ({
  kind: 'not-heard-of',
  message: `the engine has had no beat of it for ${span(silentMs)}`,
  expected: 'a beat every few seconds (DOGWATCH_FLEET_RENEW)',
  got: '',
  do: `look whether the machine and its network are up; then \`${`${prefix} dogwatch doctor`.trim()}\``,
});

/** The row of a host is not one that this host has written. */
export const notSigned = (why: string): Silence => ({
  kind: 'not-signed',
  message: 'what the engine has of it is not believed',
  expected: 'a row that is signed with the key that the fleet gave it',
  got: why,
  do: 'run `dogwatch fleet doctor`: somebody may have written over it, or an engine of another fleet answers',
});
