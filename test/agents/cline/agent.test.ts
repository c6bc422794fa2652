import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { cline } from '../../../src/agents/cline/agent.ts';
import { specWith } from '../../kit/core/world.ts';

test('what it must read comes from a pipe, and its words stay words', () => {
  const argv = ['printf', '%s|', '$HOME; exit 1', 'a "quoted" word'];
  const plan = cline.resume(specWith({ command: argv }), null, 'go on');
  const print = ['/bin/sh', '-c', plan.argv[2] ?? '', process.execPath, '-e'];
  const script = 'process.stdin.on("data", (text) => console.log(require("node:fs").fstatSync(0).isFIFO(), String(text)))';
  expect(plan.stdin).toBe('go on');
  expect(execFileSync(plan.argv[0] ?? '', plan.argv.slice(1), { input: plan.stdin ?? '', encoding: 'utf8' })).toBe(
    '$HOME; exit 1|a "quoted" word|',
  );
  expect(execFileSync(print[0] ?? '', [...print.slice(1), script], { input: 'go on', encoding: 'utf8' })).toBe('true go on\n');
});

test('a task from standard input precedes the prompt of a resume', () => {
  expect(cline.resume(specWith({ command: ['cline', '--json', 'x'], prompt: 'all of it' }), null, 'go on').stdin).toBe('all of it\ngo on');
  expect(cline.start(specWith({ command: ['cline', '--json', 'x'], prompt: 'all of it' })).stdin).toBe('all of it');
  expect(cline.start(specWith({ command: ['cline', '--json', 'x'], prompt: null }))).toEqual({
    argv: ['cline', '--json', 'x'],
    stdin: null,
  });
});
