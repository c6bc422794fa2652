import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

/**
 * Gives its tools what codex would: nothing but a PATH, and what `-c
 * shell_environment_policy.set.…` says.
 */
const CODEX = `#!/bin/bash
[ "$1" = --version ] && exec echo codex-cli 0.171.0
cat >/dev/null
set=()
for word; do
  case $word in shell_environment_policy.set.*) word=\${word#shell_environment_policy.set.}; value=\${word#*=}; value=\${value#\\"}; set+=("\${word%%=*}=\${value%\\"}");; esac
done
tr '\\0' '\\n' </proc/$$/cmdline >>args
tool() { env -i PATH="$PATH" HOME="$HOME" "\${set[@]}" "$@"; }
echo '{"type":"thread.started","thread_id":"01a2a8d2-0000-7000-8000-000000000001"}'
`;

const KEEPS = '[shell_environment_policy]\ninherit = "core"\n';

function codex(stage: Stage, body: string, config: string) {
  const [bin, home] = [join(stage.directory, 'bin'), join(stage.directory, 'codex')];
  for (const path of [bin, home]) mkdirSync(path);
  writeFileSync(join(bin, 'codex'), `${CODEX}${body}\n`);
  chmodSync(join(bin, 'codex'), 0o755);
  writeFileSync(join(home, 'config.toml'), config);
  return { env: { PATH: `${bin}:${stage.env.PATH}`, CODEX_HOME: home } };
}

const token = (stage: Stage) => stage.attempt(1).mark?.split('/')[2] ?? '';

story(
  'codex whose config.toml clears the environment of its tools: they can say that the job is done, and no argument has the token',
  async ({ stage }) => {
    const options = codex(stage, 'tool dogwatch done --because finished; exec sleep 1000', KEEPS);
    const { stderr } = await stage.does(['run', '--detach', '--name', 'job', '--', 'codex', 'exec', 'upgrade'], {
      env: { ...options.env, DOGWATCH_LINGER: '100ms' },
    });
    expect(stderr).toContain("config.toml restricts the variables of codex's tools: dogwatch sets its own by name");
    await stage.inState('complete');
    expect((await stage.does(['history', 'job'])).stdout).toContain('the agent says that the job is done: finished');
    const args = stage.lines('args').join('\n');
    expect(args).toMatch(/shell_environment_policy\.set\.DOGWATCH_ATTEMPT="job\.1\/1\/visible-[0-9a-f]{24}"/);
    expect(token(stage)).toMatch(/^[0-9a-f]{24}$/);
    expect(args).not.toContain(token(stage));
  },
);

story('codex without this setting is started unchanged', async ({ stage }) => {
  const { env } = codex(stage, 'exec sleep 1000', 'model = "o3"\n');
  const { stderr } = await stage.does(['run', '--detach', '--name', 'job', '--', 'codex', 'exec', 'upgrade'], { env });
  await until('it runs', () => stage.lines('args').length > 0);
  expect(stage.lines('args').join(' ')).not.toContain('DOGWATCH');
  expect(stderr).not.toContain("codex's tools");
});

story('a tool that outlives codex with this setting is ended before the next attempt', async ({ stage }) => {
  const orphan = '[ -e pid ] && { exec sleep 1000; }';
  const { env } = codex(
    stage,
    `${orphan}\nexec 3< <(exec env -i PATH="$PATH" "\${set[@]}" setsid bash -c 'echo $$ >pid; exec sleep 1001')\nuntil [ -s pid ]; do sleep 0.05; done; kill -9 $$`,
    KEEPS,
  );
  await stage.does(['run', '--detach', '--name', 'job', '--', 'codex', 'exec', 'upgrade'], { env });
  await until('the second attempt runs', () => stage.attempt(2).agent !== null);
  const [pid] = stage.lines('pid');
  // A zombie counts as dead.
  expect(existsSync(`/proc/${pid}`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : 'Z (gone)').toMatch(/\b[ZX] \(/);
});

story('doctor says how codex’s configuration affects its tools’ variables', async ({ stage }) => {
  const { env } = codex(stage, 'true', '[shell_environment_policy]\ninclude_only = ["PATH"]\n');
  const { stdout } = await stage.dogwatch(['doctor'], { env });
  expect(stdout).toMatch(/warn +codex +.*config\.toml passes only some variables to codex's tools: add "DOGWATCH_\*"/);
  writeFileSync(join(stage.directory, 'codex', 'config.toml'), KEEPS);
  expect((await stage.dogwatch(['doctor'], { env })).stdout).toMatch(/ok +codex +.*dogwatch sets its own by name/);
});
