/** A host as an operator names it for `ssh`. */
export interface SshHost {
  /** As it was written. */
  readonly given: string;
  /** Without user and port: what people call it. */
  readonly name: string;
  /**
   * The words that name it on the command line of ssh, or null for this machine, which needs no
   * ssh.
   */
  readonly words: readonly string[] | null;
}

/** This machine itself. An alias of that name in ssh_config is written `ssh://local`. */
const HERE = ['.', 'local'];
const SCHEME = 'ssh://';
/** The longest name that DNS knows, and a user. */
const MAX_LENGTH = 320;
const MAX_PORT = 65_535;

/**
 * What a host may be. Neither part begins with a dash, so that it cannot be an option of ssh, and
 * none has a character that a shell acts on: ssh_config may pass them to one (ProxyCommand, Match
 * exec), and the command to type about a run contains them.
 */
const USER = /^[A-Za-z0-9_][A-Za-z0-9_.+@-]*$/;
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
const IPV6 = /^[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(?:%[A-Za-z0-9_.-]+)?$/;
const PORT = /^[1-9]\d{0,4}$/;

/**
 * Reads `host`, `user@host`, an alias of ssh_config, `ssh://user@host:port`, or `.` or `local` for
 * this machine. Returns null for anything else.
 */
export function parseSshHost(given: string): SshHost | null {
  if (given.length > MAX_LENGTH) return null;
  if (HERE.includes(given)) return { given, name: given, words: null };
  const { user, name, port } = given.startsWith(SCHEME) ? partsOfUrl(given.slice(SCHEME.length)) : { ...partsOf(given), port: null };
  if ((user !== null && !USER.test(user)) || !(NAME.test(name) || IPV6.test(name))) return null;
  if (port !== null && !(PORT.test(port) && Number(port) <= MAX_PORT)) return null;
  const words = [...(port === null ? [] : ['-p', port]), user === null ? name : `${user}@${name}`];
  return { given, name, words };
}

/** Hosts separated by commas or spaces, each once. Null if any of them is not one. */
export function parseSshHosts(text: string): readonly SshHost[] | null {
  const all = [...new Set(text.split(/[\s,]+/).filter((word) => word !== ''))].map(parseSshHost);
  return all.includes(null) ? null : all.flatMap((host) => host ?? []);
}

export const HOST_FORMS = 'host, user@host, ssh://user@host:port, an alias of ssh_config, or . for this machine';

/** A user may have an @ of its own, as those of a domain do. */
function partsOf(text: string): { readonly user: string | null; readonly name: string } {
  const at = text.lastIndexOf('@');
  return at === -1 ? { user: null, name: text } : { user: text.slice(0, at), name: text.slice(at + 1) };
}

function partsOfUrl(text: string) {
  const { user, name: place } = partsOf(text.replace(/\/$/, ''));
  const [, inBrackets, plain, port = null] = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/.exec(place) ?? [];
  return { user, name: inBrackets ?? plain ?? '', port };
}
