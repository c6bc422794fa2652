import { mkdirSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { until } from '../../../kit/until.ts';
import type { Drill } from '../drill.ts';
import { onStage } from '../on-stages.ts';
import { expectSound } from '../sound.ts';
import { atWork, endOf } from '../watching.ts';

const OTHER = '11111111-2222-4333-8444-555555555555';

/**
 * Stands in for an agent that writes events, with a child that writes to the same output in
 * mid-work.
 */
const CHATTY = `sid=; while [ $# -gt 0 ]; do case $1 in --session-id|--resume) sid=$2;; esac; shift; done; cat >/dev/null
mkdir -p "$HOME/.claude/projects/x"; echo '{}' >>"$HOME/.claude/projects/x/$sid.jsonl"
echo "$sid" >>sessions
event() { echo '{"type":"'$1'","subtype":"'$2'","session_id":"'$sid'"'"$3"'}'; }
tool() { event assistant '' ',"message":{"role":"assistant","content":[{"type":"tool_use","id":"t'$1'","name":"Bash","input":{"command":"make '$1'"}}]}'; }
event system init
tool 1
[ -n "$CHATTY" ] && (echo "You've hit your weekly limit · resets Dec 6 at 3am (UTC)"; echo 'Error: Session ID ${OTHER} is already in use.') >&2
while [ ! -e go$n ]; do sleep 0.05; done
tool 2
[ $n -ge 3 ] && echo x >done
event result success ',"is_error":false,"num_turns":2,"result":"ok"'
exit 0`;

export const words: Drill = {
  name: 'a child of an agent prints the words of a spent limit and of another session while the agent works on',
  holds: 'no run of the account is held because of it, the agent is not ended, and each resume has the session that the agent was given',
  play: () =>
    onStage(async (stage) => {
      stage.agent(CHATTY, 'claude');
      const env = { PATH: `${stage.cwd}:${stage.env.PATH}`, DOGWATCH_MAX_RESUMES: '500' };
      const watching = await atWork(stage, [], env);
      const start = (name: string, more: Readonly<Record<string, string>>, ...args: string[]) =>
        stage.does(['run', '--detach', '--name', name, '--done-file', 'done', ...args, '--', 'claude', '-p', 'do five things'], {
          env: { ...env, ...more },
        });
      const heard = () => stage.history().filter(({ because }) => because.includes('the agent reports (limit)')).length;
      await start('job', { CHATTY: '1' });
      for (const life of [1, 2]) {
        await until(`start ${life}`, () => stage.lives().length === life);
        await until('its words are heard', () => heard() >= life);
        expect(stage.run()).toMatchObject({ tried: life, attempt: { alive: true } });
        if (life === 2) {
          // Of the same account.
          const cwd = `${stage.directory}/other`;
          mkdirSync(cwd);
          for (const name of ['go1', 'go2', 'go3']) writeFileSync(`${cwd}/${name}`, '');
          await start('other', {}, '--cwd', cwd);
          await stage.inState('complete', 'other');
        }
        stage.write(`go${life}`, '');
      }
      stage.write('go3', '');
      await stage.inState('complete');
      const sessions = stage.lines('sessions');
      expect([sessions.length, new Set(sessions).size, sessions.includes(OTHER)]).toEqual([3, 1, false]);
      for (const name of ['job', 'other']) expect(stage.history(name).filter(({ to }) => to === 'held')).toEqual([]);
      await expectSound(stage, (await endOf(stage, watching)).stderr);
      return '';
    }),
};
