import { expect, test } from 'vitest';
import type { AgentName } from '../../../src/core/model/facts.ts';
import { isKept } from '../../../src/system/process/keep.ts';
import { isOwnDaemon, roleOf } from '../../../src/system/process/role.ts';

const OWN = 100;
const words = (text: string) => text.split(' ');
const opencode = '/x/bin/opencode run --session ses_1 hello';

test.each<[string, AgentName, string, string, number, 'agent' | 'tool']>([
  ['codex behind its node wrapper', 'codex', 'codex exec --json hello', '/x/vendor/codex exec --json hello', OWN, 'agent'],
  ['gemini re-executes itself', 'gemini', 'gemini -y -p hello', 'node --max-old-space-size=8 /x/gemini -y -p hello', OWN, 'agent'],
  ['npx', 'opencode', 'npx opencode-ai run hello', '/x/opencode.exe run hello', OWN, 'agent'],
  ['timeout', 'opencode', 'timeout 1h opencode run hello', 'opencode run hello', OWN, 'agent'],
  ['a wrapper that passes on one argument', 'generic', './wrapper job.toml', './wrapper job.toml', OWN, 'agent'],
  ['a program without arguments that re-executes itself', 'generic', 'daemon', '/usr/bin/daemon', OWN, 'agent'],
  ['an agent CLI in a script', 'generic', 'bash nightly.sh', 'opencode run --command upgrade-all', OWN, 'agent'],
  ['an agent CLI in a script, run by node', 'generic', './nightly.sh', 'node /usr/bin/gemini -p x', OWN, 'agent'],
  ['the same command in another session', 'opencode', opencode, opencode, 7, 'tool'],
  ['a bash tool', 'opencode', opencode, '/usr/bin/bash -c sleep 500', 7, 'tool'],
  [
    'a language server that the agent runs with its own program',
    'opencode',
    opencode,
    '/x/bin/opencode run /x/langserver.js --stdio',
    OWN,
    'tool',
  ],
  ['an MCP server', 'opencode', opencode, 'node /x/mcp-server.js --stdio', OWN, 'tool'],
  ['what a script waits for', 'generic', 'bash job.sh 60', 'sleep 60', OWN, 'tool'],
  ['what a script without arguments waits for', 'generic', './job.sh', 'sleep infinity', OWN, 'tool'],
  ['a subshell of the script', 'generic', './job.sh fast all', '/bin/sh ./job.sh fast all', OWN, 'tool'],
  ['a subshell of a script that a shell was given', 'generic', 'bash job.sh fast all', 'bash job.sh fast all', OWN, 'tool'],
  ['an unknown command', 'opencode', '', 'opencode run hello', OWN, 'tool'],
])('%s', (_, agent, launched, argv, sid, role) => {
  const attempt = { sid: OWN, agent, argv: launched === '' ? [] : words(launched) };
  expect(roleOf(attempt, { sid, argv: words(argv), comm: words(argv)[0]!.split('/').at(-1)! })).toBe(role);
});

test.each([
  ['tmux: server', 'tmux new -d', true],
  ['ssh-agent', 'ssh-agent -s', true],
  ['gpg-agent', '/usr/bin/gpg-agent --daemon', true],
  ['java', '/usr/bin/java -cp x org.gradle.launcher.daemon.bootstrap.GradleDaemon 8.5', true],
  ['java', '/usr/bin/java -jar app.jar', false],
  ['ssh', 'ssh host', false],
  ['bash', 'bash -c tmux', false],
])('%s (%s) is kept: %s', (comm, argv, kept) => expect(isKept({ comm, argv: words(argv) })).toBe(kept));

test.each([
  ['sleep', false],
  ['tmux: server', true],
])('whether %s is kept follows from its name: its arguments are not read', (comm, kept) => {
  const one = {
    comm,
    get argv(): string[] {
      throw new Error('they were read');
    },
  };
  expect(isKept(one)).toBe(kept);
});

test.each<[boolean, AgentName, string]>([
  [true, 'cline', '/opt/cline/bin/cline --cline-hub-daemon --cwd /srv --port 25463'],
  [true, 'cline', 'node /opt/bin/cline --daemon'],
  [false, 'cline', '/opt/cline/bin/cline --json task'],
  [false, 'cline', 'postgres --daemon'],
  [false, 'claude', '/opt/cline/bin/cline --cline-hub-daemon'],
])('%s: %s has a daemon of its own in `%s`', (expected, agent, line) => {
  const argv = line.split(' ');
  expect(isOwnDaemon(agent, { argv, comm: argv[0]?.split('/').at(-1) ?? '' })).toBe(expected);
});
