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
  if (/certificate|altname|wrong version number|tls required|secure connection/i.test(message))
    return {
      got: `no secure connection to ${where} (${message})`,
      hint: 'let Node trust whoever signed its certificate: NODE_EXTRA_CA_CERTS=/etc/nats/ca.pem, here and for the watchdog. A server with TLS is named tls://HOST, one without nats://HOST',
    };
  return { got: `no answer from ${where} (${message})`, hint: 'start the servers, and check that their port can be reached from here' };
}
