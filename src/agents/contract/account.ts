import { createHash } from 'node:crypto';
import type { AgentName } from '../../core/values/agent-names.ts';

/**
 * The account that a command works under: agent, provider and the beginning of a hash of what identifies its credential. That is the
 * credential itself where it is in a variable, and else the file that holds it, whose content is renewed now and then.
 */
export function account(agent: AgentName, provider: string, ...credential: readonly (string | undefined)[]): string {
  const identity = JSON.stringify(credential.filter((part) => part !== undefined && part !== ''));
  return `${agent}/${provider}/${createHash('sha256').update(identity).digest('hex').slice(0, 12)}`;
}

/** The provider behind a base URL: the usual one where none is set, else its host; keys may stand in the rest. */
export function providerAt(url: string | undefined, usual: string): string {
  if (url === undefined || url === '') return usual;
  return URL.canParse(url) ? new URL(url).host : 'unknown';
}
