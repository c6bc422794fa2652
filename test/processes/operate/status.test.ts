import { expect } from 'vitest';
import { story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const AGENT = ['--done-file', 'none', '--', './agent.sh'];

story('`dogwatch` alone is `dogwatch status`, and --watch shows each change until it is interrupted', async ({ stage }) => {
  stage.agent('exec sleep 1000');
  await stage.does(['run', '--detach', '--name', 'first', ...AGENT]);
  await stage.inState('working', 'first');
  const watching = stage.start(['status', '--watch']);
  let shown = '';
  watching.stdout?.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  await until('it shows the run', () => /^first {2,}/m.test(shown));
  await stage.does(['run', '--detach', '--name', 'second', ...AGENT]);
  await until('it shows the other one', () => /^second {2,}/m.test(shown));
  await stage.does(['pause', 'first']);
  await until('it shows the pause', () => /^first {2,}.*\(paused\)/m.test(shown));
  watching.kill('SIGINT');
  expect(shown).not.toContain('\u001b');
  const alone = await stage.does([]);
  expect(alone.stdout).toMatch(/^NAME .*\n(?:first|second) /);
  await stage.kill((await stage.watchdog()) as NonNullable<ReturnType<typeof stage.watchdog>>);
  const dead = await stage.dogwatch(['status', '--check']);
  expect([dead.code, dead.stdout]).toEqual([3, expect.stringMatching(/^no watchdog is running; /)]);
  expect((await stage.does([])).stdout).toMatch(/^dogwatch: no watchdog is alive since .*: this is the state of then\./);
});

story('errors are JSON on stdout for whoever asked for JSON, and words on stderr', async ({ stage }) => {
  for (const args of [
    ['status', 'nope'],
    ['explain', 'nope'],
    ['history', 'nope'],
    ['stop', 'nope'],
    ['status', '--nope'],
  ]) {
    const { code, stdout, stderr } = await stage.dogwatch([...args, '--json']);
    const [last = ''] = stdout.trimEnd().split('\n').slice(-1);
    const { error } = JSON.parse(last);
    expect([args, error]).toEqual([args, expect.objectContaining({ code, name: expect.any(String), message: expect.any(String) })]);
    expect(stderr).not.toBe('');
  }
});
