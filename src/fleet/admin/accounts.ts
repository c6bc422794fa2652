import {
  commandAcks,
  commandRequests,
  HOSTS_PREFIX,
  hostPermissions,
  OPERATOR_PERMISSIONS,
  OPS_PREFIX,
  type Permissions,
  READS,
} from './permissions.ts';

/** Public keys only. */
export interface Accounts {
  readonly fleet: string;
  /** The administrator, who has a key in each account. */
  readonly admin: { readonly hosts: string; readonly ops: string };
  readonly operators: readonly { readonly name: string; readonly nkey: string }[];
  readonly hosts: readonly { readonly name: string; readonly nkey: string; readonly labels: readonly string[] }[];
}

/**
 * The accounts of a fleet, as a server reads them. Hosts and operators are in two: whatever a host
 * does in its own, it cannot publish into the stream of commands.
 */
export function accountsFile({ fleet, admin, operators, hosts }: Accounts): string {
  const names = hosts.map(({ name }) => name);
  const commands = names.flatMap((name) => commandRequests(name));
  const acks = names.map(commandAcks);
  return `# The accounts of the fleet ${fleet}. Made by \`dogwatch fleet\`, which writes it anew with each host that
# is invited or leaves: do not edit. It has public keys only. Each server of the engine includes it:
#   include "accounts.conf"
accounts {
  # Hosts, and what they know of each other.
  HOSTS {
    jetstream: enabled
    users: [
      { nkey: ${admin.hosts} } # administrator
${hosts.map(({ name, nkey, labels }) => user(name, nkey, hostPermissions(name, labels))).join('')}    ]
    exports: [
      { stream: "dw.live.>", accounts: [OPS] }
${READS.map((read) => `      { service: ${quoted(`$JS.API.${read}`)}, response_type: stream, accounts: [OPS] }\n`).join('')}    ]
    imports: [
${[
  ...commands.map((request) => imported('OPS', `$JS.API.${request}`, `${OPS_PREFIX}.${request}`)),
  ...acks.map((subject) => imported('OPS', subject, null)),
].join('')}    ]
  }

  # Operators, and their commands.
  OPS {
    jetstream: enabled
    users: [
      { nkey: ${admin.ops} } # administrator
${operators.map(({ name, nkey }) => user(name, nkey, OPERATOR_PERMISSIONS)).join('')}    ]
    exports: [
${[
  ...commands.map((request) => `      { service: ${quoted(`$JS.API.${request}`)}, response_type: stream, accounts: [HOSTS] }\n`),
  ...acks.map((subject) => `      { service: ${quoted(subject)}, accounts: [HOSTS] }\n`),
].join('')}    ]
    imports: [
      { stream: { account: HOSTS, subject: "dw.live.>" } }
${READS.map((read) => imported('HOSTS', `$JS.API.${read}`, `${HOSTS_PREFIX}.${read}`)).join('')}    ]
  }
}
`;
}

/** In quotes a $ begins no variable. */
const quoted = (subject: string): string => JSON.stringify(subject);

const user = (name: string, nkey: string, { publish, subscribe }: Permissions): string => `      { # ${name}
        nkey: ${nkey}
        permissions: {
          publish: [
${publish.map((subject) => `            ${quoted(subject)}\n`).join('')}          ]
          subscribe: [${subscribe.map(quoted).join(', ')}]
        }
      }
`;

const imported = (account: string, subject: string, to: string | null): string =>
  `      { service: { account: ${account}, subject: ${quoted(subject)} }${to === null ? '' : `, to: ${quoted(to)}`} }\n`;
