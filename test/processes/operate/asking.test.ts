import { spawn } from 'node:child_process';
import { expect } from 'vitest';
import { PROGRAM, type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

/** Runs a command on a terminal, and types this once it asks. */
async function typed(stage: Stage, args: readonly string[], answer: string): Promise<{ code: number | null; shown: string }> {
  const command = [process.execPath, PROGRAM, ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', command, '/dev/null'], { cwd: stage.cwd, env: { ...stage.env, TERM: 'xterm', NO_COLOR: '1' } });
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    shown += part;
  });
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  await until('it asks', () => shown.includes('[y/N]'));
  child.stdin.write(answer);
  return { code: await code, shown };
}

story('on a terminal stop --all asks: Enter, Ctrl-C and Ctrl-D are no', async ({ stage }) => {
  stage.agent('exec sleep 1000');
  for (const name of ['docs', 'up']) await stage.does(['run', '--detach', '--name', name, '--done-file', 'done', '--', './agent.sh']);
  for (const answer of ['\r', 'n\r', 'yess\r', '\u0003', '\u0004']) {
    const { code, shown } = await typed(stage, ['stop', '--all'], answer);
    expect([answer, code, shown]).toEqual([answer, 1, expect.stringMatching(/docs \(.*up \(.*Stop these 2 runs.*nothing was done/s)]);
  }
  expect([stage.run('docs')?.state, stage.run('up')?.state]).not.toContain('stopped');
  const { code } = await typed(stage, ['stop', '--all'], 'y\r');
  expect([code, stage.run('docs')?.state, stage.run('up')?.state]).toEqual([0, 'stopped', 'stopped']);
});
