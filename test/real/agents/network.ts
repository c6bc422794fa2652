import { networkInterfaces } from 'node:os';
import { beforeEach } from 'vitest';

/** The interfaces that are up: in a network namespace of its own, loopback and nothing else. */
export const interfaces = (): readonly string[] => Object.keys(networkInterfaces());

// Of every file of this project: an agent CLI is started only where it can reach nobody.
beforeEach(({ skip }) => {
  const others = interfaces().filter((name) => name !== 'lo');
  skip(others.length > 0, process.env.WITHOUT_NAMESPACE || 'outside of a network namespace; start them by `npm run test:agents`');
});
