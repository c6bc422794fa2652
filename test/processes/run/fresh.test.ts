import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { story } from '../../kit/stage.ts';

const SESSION = '3f1c2a1e-8f2c-4d55-9d5e-0f9f4f0f3a11';
const TOKEN = 'swordfish-and-chips-0123';

/**
 * It works and commits, is then unknown to its provider, and notes the prompt of its fresh start.
 */
const FORGETFUL = `
says() { printf '{"type":"assistant","session_id":"%s","message":{"role":"assistant","content":[{"type":"text","text":"%s"}]}}\\n' "$1" "$2"; }
cat >prompt-$n
case $n in
1)
  says ${SESSION} "One half is done, with $DEPLOY_TOKEN."
  git init -q -b trunk . && echo half >half.txt && git add half.txt
  git -c user.name=jo -c user.email=jo@localhost commit -q -m "One half, by $DEPLOY_TOKEN"
  echo open >open.txt;;
2) echo "No conversation found with session ID: ${SESSION}"; exit 1;;
3) says 7e2f9a30-1c4d-4b7a-8e55-2a9d1f3c6b08 "I go on."; echo "$@" >arguments; echo x >done;;
esac`;

story('a lost session: a fresh one gets a digest of the work, and no secret', async ({ stage }) => {
  stage.agent(FORGETFUL, 'claude');
  const run = ['run', '--name', 'job', '--done-file', 'done', '--prompt', 'Port it.'];
  await stage.does([...run, '--', './claude', '-p', '--session-id', SESSION], { env: { DEPLOY_TOKEN: TOKEN } });
  const modes = stage.history().flatMap(({ actions }) => actions.flatMap((action) => (action.kind === 'resume' ? [action.mode] : [])));
  expect(modes).toEqual(['start', 'resume', 'fresh']);
  // The session is gone, and so is its id.
  expect(stage.lines('arguments').join()).not.toContain(SESSION);
  const prompt = readFileSync(stage.file('prompt-3'), 'utf8');
  expect(prompt).toMatch(
    /^Port it\.\nAn earlier session worked on this job in 2 attempts and can't be continued \(the agent no longer knows/,
  );
  expect(prompt).toMatch(/\n> [0-9T:-]{16} attempt 1 ended with status 0 /);
  expect(prompt).toMatch(/\n> [0-9T:-]{16} attempt 2 ended with status 1 /);
  expect(prompt).toMatch(/git says now:\n> ## trunk\n(?:> .*\n)*> \?\? open\.txt\n(?:> .*\n)*> [0-9a-f]+ One half, by ‹DEPLOY_TOKEN›\n/);
  expect(prompt).toMatch(/the model said near the end:\n(?:> .*\n)*> One half is done, with ‹DEPLOY_TOKEN›\.\n/);
  // Every resume prompt ends with this.
  expect(prompt).toMatch(/\n\nThe process that worked on this job ended [\s\S]*\bdogwatch blocked --because .*$/);
  expect(prompt).not.toContain(TOKEN);
  // An ordinary resume needs none of this.
  expect(readFileSync(stage.file('prompt-2'), 'utf8')).not.toContain('earlier session');
});

story('the operator’s own resume command: it gets the digest like any prompt', async ({ stage }) => {
  stage.agent(FORGETFUL, 'claude');
  const resume = 'printf "%s\\n" "$DOGWATCH_PROMPT" | ./claude';
  const run = ['run', '--name', 'job', '--done-file', 'done', '--resume-command', resume];
  await stage.does([...run, '--', './claude', '-p', 'Port it.'], { env: { DEPLOY_TOKEN: TOKEN } });
  const prompt = readFileSync(stage.file('prompt-3'), 'utf8');
  expect(prompt).toMatch(/^An earlier session .*[\s\S]*> \?\? open\.txt\n/);
  expect(prompt).not.toContain(TOKEN);
});
