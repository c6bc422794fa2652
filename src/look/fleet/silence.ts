import { truncate } from '../../core/values/truncate.ts';
import { SSH_FAILED, type SshOutcome } from '../../system/ssh/run.ts';
import type { Silence } from '../../view/fleet/model.ts';

/** The command that is run on each host; nothing is ever added to it. */
export const REMOTE_COMMAND = 'dogwatch status --json';

/** The longest part of what a host said that is shown, in characters. */
const MAX_GOT = 240;
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

interface Reason {
  readonly kind: Silence['kind'];
  readonly message: string;
  /** `prefix` is the command line of ssh for the host. */
  readonly what: (prefix: string) => string;
}

/** What ssh says when it fails (OpenSSH 9.2), worst for the operator first. */
const BY_SSH: readonly (readonly [RegExp, Reason])[] = [
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    {
      kind: 'refused',
      message: 'its host key has changed',
      what: (prefix) => `find out why; if it was set up anew, remove the old key with ssh-keygen -R, then log in once: ${prefix}`,
    },
  ],
  [
    /Host key verification failed|No \S+ host key is known/,
    {
      kind: 'refused',
      message: 'its host key is not known',
      what: (prefix) => `log in once by hand, and compare the fingerprint: ${prefix}`,
    },
  ],
  [
    /Permission denied|Too many authentication failures|No supported authentication|sign_and_send_pubkey/,
    {
      kind: 'refused',
      message: 'it refused the login',
      what: (prefix) => `give ssh a key that needs no typing (ssh-agent, ssh-add), and try: ${prefix} true`,
    },
  ],
  [
    /Could not resolve hostname/,
    { kind: 'unreachable', message: 'its name is not known', what: () => 'correct the name, or give it a Host entry in ~/.ssh/config' },
  ],
  [
    /Bad configuration option|Bad owner or permissions on|terminating, \d+ bad configuration/,
    { kind: 'failed', message: 'ssh does not accept its configuration', what: (prefix) => `mend ~/.ssh/config: ${prefix} true` },
  ],
  [
    /Connection refused/,
    { kind: 'unreachable', message: 'no ssh server listens there', what: (prefix) => `see whether it is up: ${prefix} true` },
  ],
];

/** ssh says nothing if the command there was ended by a signal. */
const CUT_OFF: Reason = {
  kind: 'failed',
  message: 'the connection or the command there was ended',
  what: (prefix) => `try it: ${prefix} ${REMOTE_COMMAND}`,
};

const CANNOT_CONNECT: Reason = {
  kind: 'unreachable',
  message: 'it cannot be reached',
  what: (prefix) => `see whether it is up: ${prefix} true`,
};

/** Why the outcome is no answer. `prefix` is what comes before a command to type for the host. */
export function silenceOf(outcome: Exclude<SshOutcome, { kind: 'no-ssh' }>, prefix: string, deadlineInWords: string): Silence {
  const expected = `an answer to \`${prefix} ${REMOTE_COMMAND}\``;
  const typed = `${prefix} ${REMOTE_COMMAND}`;
  const of = (kind: Silence['kind'], message: string, got: string, what: string): Silence => ({
    kind,
    message,
    expected,
    got: inShort(got),
    do: what,
  });
  switch (outcome.kind) {
    case 'timed-out':
      return of('timed-out', `nothing within ${deadlineInWords}`, outcome.said, `see how long it takes: ${typed}; --timeout allows more`);
    case 'too-large':
      return of('too-large', 'it printed far more than a status is', outcome.said, `see what it prints: ${typed}`);
    case 'failed':
      return of('failed', outcome.because, '', `try it: ${typed}`);
    case 'exited':
      return exited(outcome, of, prefix);
  }
}

type Of = (kind: Silence['kind'], message: string, got: string, what: string) => Silence;

function exited({ code, output, said }: Extract<SshOutcome, { kind: 'exited' }>, of: Of, prefix: string): Silence {
  const typed = `${prefix} ${REMOTE_COMMAND}`;
  if (code === SSH_FAILED) {
    const { kind, message, what } = BY_SSH.find(([pattern]) => pattern.test(said))?.[1] ?? (said.trim() === '' ? CUT_OFF : CANNOT_CONNECT);
    return of(kind, message, said, what(prefix));
  }
  if (code === NOT_FOUND || code === NOT_EXECUTABLE)
    return of(
      'no-dogwatch',
      code === NOT_FOUND ? 'dogwatch was not found there' : 'dogwatch may not be started there',
      said,
      `install it there, or link it to a directory in the PATH of a shell without a terminal, such as /usr/local/bin: ${prefix} dogwatch --version`,
    );
  if (code === 0 && output.trim() === '') return of('not-understood', 'it printed nothing', said, `see what it prints: ${typed}`);
  if (code === 0)
    return of(
      'not-understood',
      'its answer is not a status',
      output,
      `see what it prints, and which version it is: ${prefix} dogwatch --version`,
    );
  return of(
    'failed',
    `dogwatch failed there with status ${code}`,
    said.trim() === '' ? output : said,
    `try it, or update dogwatch there: ${typed}`,
  );
}

/** The last lines are those of the failure. */
function inShort(text: string): string {
  const lines = text
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^@+$/.test(line));
  return truncate(lines.slice(-3).join(' / '), MAX_GOT);
}
