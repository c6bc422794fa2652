import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

/**
 * Works in a repository that is not the run's, according to its own record, and commits in each
 * attempt.
 */
const CLAUDE = `#!/bin/bash
cat >/dev/null
while [ $# -gt 0 ]; do case $1 in --session-id|--resume) id=$2;; esac; shift; done
mkdir -p "$HOME/.claude/projects/x"
echo '{"type":"user","cwd":"'"$HOME/elsewhere"'"}' >>"$HOME/.claude/projects/x/$id.jsonl"
echo '{"type":"system","subtype":"init","session_id":"'$id'"}'
git -C "$HOME/elsewhere" -c user.name=x -c user.email=x@example.com commit -q --allow-empty -m step
echo >>lives
n=$(wc -l <lives)
until [ -e "go-$n" ]; do sleep 0.05; done
echo '{"type":"result","subtype":"success","is_error":false,"num_turns":1,"session_id":"'$id'","result":"ok"}'
[ "$n" -lt 6 ] || { exec dogwatch done --because finished; }
`;

story('commits in a repository to which the agent moved are milestones', async ({ stage }) => {
  const bin = join(stage.directory, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'claude'), CLAUDE);
  chmodSync(join(bin, 'claude'), 0o755);
  const env = { PATH: `${bin}:${stage.env.PATH}`, DOGWATCH_MAX_RESUMES: '2' };
  for (const args of [
    ['init', '-q', join(stage.directory, 'elsewhere')],
    ['init', '-q', stage.cwd],
  ])
    spawnSync('git', args);
  // Nothing in the run's own directory is progress.
  stage.write('.gitignore', '*\n');
  await stage.does(['run', '--detach', '--name', 'job', '--', 'claude', '-p', 'x'], { env });
  // No attempt ends before the one before it was looked at: a look may find the commits of both.
  for (let attempt = 1; attempt <= 6; attempt++) {
    await until(`attempt ${attempt - 1} was looked at`, () => (stage.run()?.answered.evidence ?? -1) >= attempt - 1);
    stage.write(`go-${attempt}`, '');
  }
  await stage.inState('complete');
  expect(stage.lines('lives').length).toBe(6);
  const milestones = stage.history().flatMap(({ events }) => events.filter(({ kind }) => kind === 'milestone'));
  expect(milestones.length).toBeGreaterThanOrEqual(2);
  for (const one of milestones) expect(one).toMatchObject({ what: expect.stringMatching(/^new commit \w+$/) });
});
