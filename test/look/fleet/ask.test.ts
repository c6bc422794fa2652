import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Asking, ask, NoSsh, type Reply } from '../../../src/look/fleet/ask.ts';
import { StoreError } from '../../../src/store/directory/error.ts';
import { parseSshHost, type SshHost } from '../../../src/system/ssh/hosts.ts';
import type { Silence } from '../../../src/view/fleet/model.ts';
import * as moments from '../../kit/core/moments.ts';
import { fakeSsh } from '../../kit/fakes/ssh.ts';
import { viewed } from '../../kit/viewed.ts';

const VIEW = viewed({ blocked: moments.blocked() });
const host = (given: string): SshHost => parseSshHost(given) as SshHost;
const asking = (path: string, more: Partial<Asking> = {}): Asking => ({
  environment: { PATH: path, ANTHROPIC_API_KEY: 'a-secret-of-this-host' },
  deadlineMs: 60_000,
  here: async () => VIEW,
  ...more,
});
const silenceIn = (reply: Reply): Silence | null => ('silence' in reply ? reply.silence : null);
const asked = (script: string, more: Partial<Asking> = {}) => ask(host('admin@build1'), asking(fakeSsh(script).path, more));

describe('why a host gave no answer', () => {
  test.each<[string, string, Partial<Silence>]>([
    [
      'its key is not known',
      'echo "Host key verification failed." >&2; exit 255',
      { kind: 'refused', message: 'its host key is not known', do: 'log in once by hand, and compare the fingerprint: ssh admin@build1' },
    ],
    [
      'its key has changed',
      'printf "@@@@@@@@@\n@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\n@@@@@@@@@\nHost key verification failed.\n" >&2; exit 255',
      { kind: 'refused', message: 'its host key has changed' },
    ],
    ['login', 'echo "admin@build1: Permission denied (publickey)." >&2; exit 255', { kind: 'refused', message: 'it refused the login' }],
    [
      'its name',
      'echo "ssh: Could not resolve hostname build1: Name or service not known" >&2; exit 255',
      { kind: 'unreachable', message: 'its name is not known' },
    ],
    [
      'no server',
      'echo "ssh: connect to host build1 port 22: Connection refused" >&2; exit 255',
      { kind: 'unreachable', message: 'no ssh server listens there' },
    ],
    [
      'no way to it',
      'echo "ssh: connect to host build1 port 22: Connection timed out" >&2; exit 255',
      { kind: 'unreachable', message: 'it cannot be reached', got: 'ssh: connect to host build1 port 22: Connection timed out' },
    ],
    ['ended there', 'exit 255', { kind: 'failed', message: 'the connection or the command there was ended', got: '' }],
    ['cut off', 'echo "client_loop: send disconnect: Broken pipe" >&2; exit 255', { kind: 'unreachable' }],
    ['no dogwatch', 'echo "sh: 1: dogwatch: not found" >&2; exit 127', { kind: 'no-dogwatch', message: 'dogwatch was not found there' }],
    ['no right', 'echo "sh: 1: dogwatch: Permission denied" >&2; exit 126', { kind: 'no-dogwatch' }],
    ['nothing', 'true', { kind: 'not-understood', message: 'it printed nothing' }],
    [
      'garbage',
      'echo "Welcome {to} build1"',
      { kind: 'not-understood', message: 'its answer is not a status', got: 'Welcome {to} build1' },
    ],
    ['half an answer', `printf '{"version": 1, "runs": [{"na'`, { kind: 'not-understood' }],
    ['another program', `echo '{"status": "ok"}'`, { kind: 'not-understood' }],
    ['a newer version', `echo '{"version": 2, "runs": []}'`, { kind: 'not-understood', do: 'update dogwatch here', got: 'version 2' }],
    [
      'an older one',
      `echo "error: unknown option '--json'" >&2; exit 64`,
      { kind: 'failed', message: 'dogwatch failed there with status 64', got: "error: unknown option '--json'" },
    ],
    [
      'an error of dogwatch',
      `echo '{"error": {"code": 69, "name": "unavailable", "message": "the database is damaged", "expected": null, "got": null, "do": "dogwatch doctor"}}'; exit 69`,
      { kind: 'failed', message: 'dogwatch failed there: the database is damaged', do: 'dogwatch doctor' },
    ],
    ['a signal', 'kill -TERM $$', { kind: 'failed', message: 'ssh was ended by SIGTERM' }],
  ])('%s', async (_, script, expected) => {
    const silence = silenceIn(await asked(script));
    expect(silence).toMatchObject(expected);
    expect(silence?.do).not.toBe('');
    expect(silence?.expected).not.toBe('');
  });

  test('it hangs', async () => {
    expect(silenceIn(await asked('sleep 60', { deadlineMs: 1000 }))).toMatchObject({ kind: 'timed-out', message: 'nothing within 1 s' });
  });

  test('it prints without end', async () => {
    expect(silenceIn(await asked('yes', { mostBytes: 100_000 }))).toMatchObject({ kind: 'too-large' });
  });

  test('this machine has no ssh', async () => {
    await expect(ask(host('build1'), asking('/nonexistent'))).rejects.toBeInstanceOf(NoSsh);
  });

  test('this machine cannot read its own state', async () => {
    const here = async () => {
      throw new StoreError('corrupt', 'the database is damaged');
    };
    expect(silenceIn(await ask(host('.'), asking('', { here })))).toMatchObject({
      message: expect.stringContaining('the database is damaged'),
    });
  });
});

describe('an answer', () => {
  test('has its own clock, whatever is said around it', async () => {
    const ssh = fakeSsh(`echo Welcome; echo warning >&2; cat "$here/answer"; echo bye`);
    const at = new Date(Date.now() + 7_200_000).toISOString();
    writeFileSync(join(ssh.directory, 'answer'), JSON.stringify({ ...VIEW, at }, null, 2));
    const reply = await ask(host('build1'), asking(ssh.path));
    expect(reply).toMatchObject({ heard: { view: { at, runs: [{ name: 'blocked' }] } } });
    const offsetMs = 'heard' in reply ? (reply.heard.offsetMs ?? 0) : 0;
    expect(Math.abs(offsetMs - 7_200_000)).toBeLessThan(60_000);
    expect(ssh.calls()[0]?.at(-1)).toBe('dogwatch status --json');
  });

  test('shows no secret and no escape', async () => {
    const ssh = fakeSsh('cat "$here/answer"');
    const said = 'key a-secret-of-this-host \u001b[2J and ghp_0123456789abcdefghij0123 end';
    const [run] = VIEW.runs;
    writeFileSync(join(ssh.directory, 'answer'), JSON.stringify({ ...VIEW, runs: [{ ...run, why: said, mood: said }] }));
    const text = JSON.stringify(await ask(host('build1'), asking(ssh.path)));
    expect(text).toContain('key ‹ANTHROPIC_API_KEY›  and ‹secret› end');
    expect(text).not.toMatch(/a-secret-of|ghp_|u001b/);
  });

  test('so with what failed', async () => {
    const silence = silenceIn(await asked('printf "\\033[2Jno a-secret-of-this-host\\n" >&2; exit 1'));
    expect(silence?.got).toBe('no ‹ANTHROPIC_API_KEY›');
  });

  test('of this machine needs no ssh', async () => {
    expect(await ask(host('.'), asking(''))).toMatchObject({ heard: { view: VIEW, offsetMs: 0 } });
  });
});
