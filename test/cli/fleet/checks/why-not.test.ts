import { expect, test } from 'vitest';
import { whyNot } from '../../../../src/cli/fleet/checks/why-not.ts';

// As the client of NATS says it.
test.each([
  ['Authorization Violation', 'does not know the key of ci-3', 'accounts.conf'],
  ['connection refused', 'no answer from nats://a:4222', 'start the servers'],
  ['insufficient resources', 'insufficient resources', '--replicas'],
  ['self-signed certificate', 'no secure connection', 'NODE_EXTRA_CA_CERTS'],
  ["Hostname/IP does not match certificate's altnames", 'no secure connection', 'NODE_EXTRA_CA_CERTS'],
])('%s', (message, got, hint) => {
  const why = whyNot(new Error(message), ['nats://a:4222'], 'ci-3');
  expect(why.got).toContain(got);
  expect(why.hint).toContain(hint);
});
