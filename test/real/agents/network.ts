import { networkInterfaces } from 'node:os';
import { beforeEach } from 'vitest';

/** The interfaces that are up: in the test's own network namespace, only loopback. */
export const interfaces = (): readonly string[] => Object.keys(networkInterfaces());

// Applies to every file of this project: an agent CLI is started only where it can reach no other
// host.
beforeEach(({ skip }) => {
  const others = interfaces().filter((name) => name !== 'lo');
  skip(others.length > 0, process.env.WITHOUT_NAMESPACE || 'outside of a network namespace; start them by `npm run test:agents`');
});
