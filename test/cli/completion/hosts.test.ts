import { expect, test, vi } from 'vitest';
import { hostsToComplete } from '../../../src/cli/completion/hosts.ts';

vi.mock('node:fs', () => ({
  readFileSync: () => `# mine
Host build1 build2 *.example.org !not
  HostName 10.0.0.1
host=jump
Host "quoted" $(x)
Match host nothing
`,
}));

const hosts = (word: string, setting?: string) =>
  hostsToComplete(word, setting === undefined ? {} : { DOGWATCH_FLEET_SSH: setting }).map(([host]) => host);

test('this machine, those of the setting and aliases, each once', () => {
  expect(hosts('', 'admin@build3, build2')).toEqual(['.', 'admin@build3', 'build2', 'build1', 'jump', 'quoted']);
  expect(hosts('', 'none')).toEqual(['.', 'build1', 'build2', 'jump', 'quoted']);
});

test('after a comma, those that are not in the list yet', () => {
  expect(hosts('build1,.,b')).toEqual(['build1,.,build2', 'build1,.,jump', 'build1,.,quoted']);
  expect(hosts('--ssh=build1,j')).toContain('build1,jump');
});
