import { errorMessage } from '../../../core/values/error-message.ts';

/** Why the engine could not be used, from what its client said. */
export interface WhyNot {
  readonly got: string;
  readonly hint: string;
}

/** `who` is whose key it was, as a person would say it. */
export function whyNot(error: unknown, urls: readonly string[], who: string): WhyNot {
  const message = errorMessage(error);
  const where = urls.join(', ');
  if (/authorization|authentication/i.test(message))
    return {
      got: `${where} does not know the key of ${who}`,
      hint: 'give accounts.conf to each server of the engine, and reload them: nats-server --signal reload',
    };
  if (/replicas|insufficient|no suitable peers/i.test(message))
    return { got: message, hint: 'start all servers of the engine, or make the fleet with fewer --replicas' };
  return { got: `no answer from ${where} (${message})`, hint: 'start the servers, and check that their port can be reached from here' };
}
