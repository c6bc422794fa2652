import { quoted } from '../../system/command/quoted.ts';
import type { HostKnown } from '../../view/fleet/model.ts';
import type { RunCommand, RunView } from '../../view/model.ts';
import type { Remedies } from '../../view/words.ts';

/** Words that no shell changes. */
const PLAIN = /^[\w ./:@%+=,-]+$/;
const OURS = 'dogwatch ';

/**
 * A command as it is typed here for that host. One from an answer is quoted as a whole: whatever it
 * says, the shell here runs nothing but ssh.
 */
export const typedFor =
  ({ prefix }: Pick<HostKnown, 'prefix'>) =>
  (command: string): string =>
    prefix === '' ? command : `${prefix} ${PLAIN.test(command) ? command : quoted(command)}`;

/** What a person can type here about a run of that host. */
export function commandsFor(host: HostKnown, { name, commands }: RunView): readonly RunCommand[] {
  const type = typedFor(host);
  const known = commands.filter((one) => one.type.startsWith(OURS)).map(({ type: command, does }) => ({ type: type(command), does }));
  if (host.prefix === '') return known;
  const explain = { type: type(`dogwatch explain ${PLAIN.test(name) ? name : quoted(name)}`), does: 'says all that is known of it' };
  return [explain, ...known];
}

/** Detached: a watchdog in the foreground would end with the connection. */
export function remediesFor(host: HostKnown): Remedies {
  const type = typedFor(host);
  return { start: type('dogwatch watch --replace --detach'), replace: type('dogwatch supervise') };
}
