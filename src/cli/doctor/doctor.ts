import { styleText } from 'node:util';
import type { Command } from 'commander';
import { sanitizeForTerminal } from '../../system/text/sanitize.ts';
import { jsonText } from '../terminal/json.ts';
import { endsWithItsOutput } from '../terminal/output.ts';
import { EXIT_UNAVAILABLE } from '../terminal/problem.ts';
import type { Finding } from './finding.ts';

/** `dogwatch doctor`: whether this host has what dogwatch needs, and what to do where it has not. */
export function register(program: Command): void {
  program
    .command('doctor')
    .description('check whether dogwatch can work here, and say what to do where it cannot')
    .option('--end-strays', 'first end the processes of attempts that no run of this state directory knows any more')
    .option('--json', 'as one JSON object')
    .addHelpText('after', EXAMPLE)
    .action(async ({ json = false, endStrays: isEnding = false }: { json?: boolean; endStrays?: boolean }) => {
      endsWithItsOutput();
      const { DOCTOR_CHECKS } = await import('./checks.ts');
      const ended = isEnding ? await (await import('./strays.ts')).endStrays(process.env) : [];
      const checked = (await Promise.all(DOCTOR_CHECKS.map((check) => check(process.env)))).flat();
      const findings = isEnding ? [...ended, ...checked.filter(({ about }) => about !== 'strays')] : checked;
      process.stdout.write(json ? `${jsonText({ findings }, 2)}\n` : renderFindings(findings));
      if (findings.some(({ result }) => result === 'fail')) process.exitCode = EXIT_UNAVAILABLE;
    });
}

const EXAMPLE = `
Exit status 0: nothing fails; ${EXIT_UNAVAILABLE}: something does. To check a service's own view, run it as the service's user:
  sudo -u builder DOGWATCH_STATE_DIR=/var/lib/dogwatch dogwatch doctor`;

const COLOURS = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

/** One line a finding, and under it the next step where there is one. */
export function renderFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ about }) => about.length));
  const indent = ' '.repeat(width + 8);
  return findings
    .map(({ result, about, said, next }) => {
      const line = `${styleText(COLOURS[result], result.padEnd(4))}  ${about.padEnd(width)}  ${sanitizeForTerminal(said)}\n`;
      return next === null ? line : `${line}${indent}→ ${sanitizeForTerminal(next)}\n`;
    })
    .join('');
}
