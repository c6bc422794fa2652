import { createHash } from 'node:crypto';
import type { AgentName } from '../../core/values/agent-names.ts';

/**
 * The account that a command works under: agent, provider and the first digits of a hash of what
 * identifies its credential. That is the credential itself if a variable holds it, else the path of
 * the file that holds it, because the file's content is renewed now and then.
 */
export function account(agent: AgentName, provider: string, ...credential: readonly (string | undefined)[]): string {
  const identity = JSON.stringify(credential.filter((part) => part !== undefined && part !== ''));
  return `${agent}/${provider}/${createHash('sha256').update(identity).digest('hex').slice(0, 12)}`;
}

/**
 * The provider behind a base URL: the usual one if no URL is set, else the URL's host, because the
 * rest may contain keys.
 */
export function providerAt(url: string | undefined, usual: string): string {
  if (url === undefined || url === '') return usual;
  return URL.canParse(url) ? new URL(url).host : 'unknown';
}
