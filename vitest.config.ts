import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const AGENTS = ['test/real/agents/*.test.ts'];

// unit: only this process. processes: real processes of this user.
// real: real components (root, full disks …).
// agents: the agent CLIs, each with a model on loopback.
const project = (name: string, include: string[], exclude: string[], testTimeout: number, fileParallelism: boolean) => ({
  test: { name, include, exclude, testTimeout, hookTimeout: testTimeout, fileParallelism, environment: 'node' as const },
});

export default defineConfig({
  test: {
    // Of two cores Vitest leaves one to others, while most files wait for something.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      project('unit', ['test/**/*.test.ts'], ['test/real/**', 'test/processes/**'], 30_000, true),
      project('processes', ['test/processes/**/*.test.ts'], [], 120_000, true),
      project('real', ['test/real/**/*.test.ts'], AGENTS, 600_000, false),
      { test: { ...project('agents', AGENTS, [], 600_000, false).test, setupFiles: 'test/real/agents/network.ts', maxConcurrency: 3 } },
    ],
  },
});
