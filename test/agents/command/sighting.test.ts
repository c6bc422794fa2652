import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clearsEnvironment, dropsMark, elsewhere } from '../../../src/agents/command/elsewhere.ts';
import { lookFor } from '../../../src/agents/command/sighting.ts';
import { agentFor, recognise } from '../../../src/agents/registry.ts';
import { seenIn } from '../../../src/cli/run/sign-of-done.ts';

/** Words between blanks; `'…'` is one word. */
const words = (line: string): string[] => [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
const OPTIONS = { pattern: [], log: [], journal: [] };
const exitOf = (argv: readonly string[]) => seenIn(argv, { ...OPTIONS, unseen: true }, '/', '/usr/bin:/bin', false).exit;

describe('an agent behind known wrappers: its arguments begin after its name', () => {
  test.each([
    'env -u FOO claude -p x',
    'env -C /srv FOO=1 claude -p x',
    'taskset -c 0 claude -p x',
    'taskset 0x3 claude -p x',
    'flock /tmp/lock claude -p x',
    'flock -w 10 /tmp/lock claude -p x',
    'timeout -s INT 1h claude -p x',
    'timeout --signal=INT -k 5 1h claude -p x',
    'sudo -nEH -u X claude -p x',
    'sudo -nEHu X -- claude -p x',
    'doas -u X claude -p x',
    'runuser -u X -- claude -p x',
    'chrt -f 10 claude -p x',
    'nice -n 10 claude -p x',
    'nice -10 ionice -c 3 -n 7 claude -p x',
    'time -f %e claude -p x',
    'setsid -w nohup stdbuf -oL claude -p x',
    'stdbuf -o L claude -p x',
    'unshare --map-user 0 claude -p x',
    'systemd-run --user --scope -p MemoryMax=4G claude -p x',
    'npm exec -- claude -p x',
    'npm exec --package=@anthropic-ai/claude-code -- claude -p x',
    'npx -p @anthropic-ai/claude-code claude -p x',
    'npx --package @anthropic-ai/claude-code claude -p x',
    'npx -y -p @anthropic-ai/claude-code@2.1.332 -- claude -p x',
    'pnpm dlx @anthropic-ai/claude-code -p x',
    'pnpm --package=@anthropic-ai/claude-code dlx claude -p x',
    'yarn dlx -p @anthropic-ai/claude-code claude -p x',
    'bunx @anthropic-ai/claude-code -p x',
    'bun x claude -p x',
    'mise exec node@22 -- claude -p x',
    'mise x -- claude -p x',
    'asdf exec claude -p x',
    'direnv exec /srv claude -p x',
    'op run --env-file .env -- claude -p x',
    'dotenv -e .env -- claude -p x',
    'uv run --with x claude -p x',
    'nix shell nixpkgs#claude-code -c claude -p x',
    'volta run --node 22 claude -p x',
    'fnm exec --using 22 claude -p x',
    'sudo -u X env -u FOO taskset -c 1 nice -n 5 timeout -k 5 1h /opt/bin/claude -p x',
  ])('%s', (line) => {
    const argv = words(line);
    const at = argv.length - 2;
    expect(lookFor(argv)).toMatchObject({ kind: 'agent', name: 'claude', isSure: true });
    expect(agentFor('claude').prepare(argv, 'u')).toEqual({
      command: [...argv.slice(0, at), '--output-format', 'stream-json', '--verbose', '--session-id', expect.any(String), '-p', 'x'],
    });
    expect(exitOf(argv)).toEqual({ exit: false });
  });

  test.each([
    ['npm exec @anthropic-ai/claude-code -- -p x', 4],
    ['nix run nixpkgs#claude-code -- -p x', 4],
  ])('%s: the dashes are the wrapper’s', (line, at) => {
    const prepared = agentFor('claude').prepare(words(line), 'u');
    expect(prepared).toMatchObject({ command: expect.arrayContaining(['--session-id']) });
    expect('command' in prepared && prepared.command.indexOf('--output-format')).toBe(at);
  });
});

describe('an agent behind an unknown program: found by its name', () => {
  test.each([
    ['wrap claude -p x', 'claude'],
    ['./with-key.sh prod claude -p x', 'claude'],
    ['wrap --fast -- codex exec x', 'codex'],
    ['wrap opencode run x', 'opencode'],
  ])('%s is %s', (line, agent) => {
    expect(recognise(words(line))).toBe(agent);
    expect(exitOf(words(line))).toEqual({ exit: false });
  });

  test.each([
    ['python compute.py pi', 'pi'],
    ['wrap pi -p x', 'pi'],
    ['goose run -t x', 'goose'],
    ['uvx --from aider-chat aider --message x', 'aider'],
    ['cn --auto -p x', 'cn'],
    ['cursor-agent -p x', 'cursor-agent'],
    ["bash -lc 'claude -p x'", 'claude'],
    ["sh -c 'cd /srv && FOO=1 exec claude -p x'", 'claude'],
    ["script -qec 'claude -p x' /dev/null", 'claude'],
    ["su -c 'codex exec x' nobody", 'codex'],
    ["wrap 'pi -p x'", 'pi'],
    ['wrap --with claude -p x', 'claude'],
    ['make claude', 'claude'],
    ['grep -r pi .', 'pi'],
    ['vim codex', 'codex'],
    ['./run-claude.sh', 'claude'],
    ['AGENT=claude ./run.sh', 'claude'],
    ['./run.sh --agent=codex', 'codex'],
  ])('%s: %s is in doubt, and exit status 0 does not mean done', (line, name) => {
    expect(recognise(words(line))).toBe('generic');
    expect(exitOf(words(line))).toEqual({ exit: false, doubt: name });
  });

  test.each([
    'make test',
    './train.py',
    'cat gemini.md',
    "sh -c 'echo ask claude'",
    "./job 'compute pi to the end'",
    "sh -c 'git commit -m codex'",
    'sleep 60',
  ])('%s: nothing looks like an agent', (line) => {
    expect(lookFor(words(line))).toEqual({ kind: 'nothing' });
    expect(exitOf(words(line))).toEqual({ exit: true, exitByDefault: true });
  });
});

test('no chain of wrappers, known or not, makes the end of an agent’s turn the end of the job', () => {
  const known = [
    'env',
    'nice',
    '-n',
    '10',
    'sudo',
    '-u',
    'taskset',
    '-c',
    '0',
    'timeout',
    '1h',
    'mise',
    'exec',
    '--',
    'npx',
    '-p',
    'flock',
  ];
  const word = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...known, 'ssh', 'bash', '-lc', 'grep', 'claude', 'pi', 'codex', '=', '-', '', 'A=b') },
    { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
  );
  const agent = fc.constantFrom(['claude', '-p', 'x'], ['claude -p x'], ['/opt/pi', 'x'], ['sh', '-c', 'exec codex exec x'], ['claude']);
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), agent, (chain, command) => {
      const argv = [...chain, ...command];
      fc.pre(clearsEnvironment(argv) === null);
      expect(exitOf(argv).exit).toBe(false);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['ssh host claude -p x', 'ssh'],
  ["ssh -t host 'cd x && claude -p x'", 'ssh'],
  ['docker exec -i c claude -p x', 'docker exec'],
  ['docker run --rm ghcr.io/x/claude-code:latest -p x', 'docker run'],
  ['sudo docker compose run app codex exec x', 'docker compose'],
  ['kubectl -n ns exec pod -- claude -p x', 'kubectl exec'],
  ['systemd-run --user claude -p x', 'systemd-run'],
  ["sh -c 'ssh host claude -p x'", 'ssh'],
  ["tmux new-session -d 'claude -p x'", 'tmux new-session'],
  ['systemd-run --user --scope claude -p x', null],
  ['ssh host make', null],
  ['ssh-agent claude -p x', null],
  ['docker build -t claude .', null],
  ['claude -p ssh', null],
])('%s works out of sight: %s', (line, found) => expect(elsewhere(words(line))).toBe(found));

test.each([
  ['env -i claude -p x', 'env -i'],
  ['env - PATH=/bin claude -p x', 'env -'],
  ['env --ignore-environment claude -p x', 'env --ignore-environment'],
  ['nice env -vi claude -p x', 'env -vi'],
  ['env -u DOGWATCH_ATTEMPT claude -p x', 'env -u DOGWATCH_ATTEMPT'],
  ["sh -c 'env -i claude -p x'", 'env -i'],
  ['env -u FOO claude -p x', null],
  ['env -i DOGWATCH_ATTEMPT=x claude -p x', null],
  ['claude -p -i env', null],
  ['env claude -p -i', null],
])('%s clears the environment: %s', (line, how) => expect(clearsEnvironment(words(line))).toBe(how));

test.each([
  ['sudo -u x claude -p x', 'sudo'],
  ['sudo -E claude -p x', null],
  ['sudo -nEH -u x claude -p x', null],
  ["su - x -c 'claude -p x'", 'su'],
  ["su x -c 'claude -p x'", null],
  ['sudo make', null],
])('%s drops the mark: %s', (line, by) => expect(dropsMark(words(line))).toBe(by));

test.each([
  ['ssh host claude -p x', {}, 'can neither see nor end'],
  ['env -i claude -p x', { unseen: true }, 'removes the mark'],
])('%s is refused', (line, options, message) => {
  expect(() => seenIn(words(line), { ...OPTIONS, ...options }, '/', '/bin', false)).toThrow(message);
});

test.each([
  [{ doneExit: true }, { exit: true }],
  [{ doneFile: 'x' }, { exit: false }],
  [{ resumeCommand: 'x' }, { exit: false }],
  [{ pattern: ['limit=x'] }, { exit: false }],
  [{ resumeCommand: 'x', sessionPattern: '(x)' }, { exit: false }],
])('the operator’s options take precedence: %j', (options, exit) => {
  for (const line of ['goose run', 'sleep 1'])
    expect(seenIn(words(line), { ...OPTIONS, ...options }, '/', '/bin', false).exit).toEqual(exit);
});
