import { type Finding, fail, ok } from '../../doctor/finding.ts';

/** Before it, streams were lost when a server was killed, among other things. */
const LEAST = [2, 10, 27] as const;
const NEXT = `install nats-server ${LEAST.join('.')} or newer: Debian 13 has it, Debian 12 does not; it is one file, which needs nothing else`;

/** A version as three numbers, or null if it is none. */
const numbers = (version: string): readonly number[] | null => /^v?(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number) ?? null;

function isOld(version: readonly number[]): boolean {
  const at = LEAST.findIndex((least, index) => version[index] !== least);
  return at >= 0 && (version[at] ?? 0) < (LEAST[at] ?? 0);
}

export function checkVersion(version: string, where: string): Finding {
  const read = numbers(version);
  const said = `nats-server ${version} at ${where}`;
  if (read === null) return fail('version', `${said} is not a version`, NEXT);
  return isOld(read) ? fail('version', `${said} loses what it acknowledged`, NEXT) : ok('version', said);
}
