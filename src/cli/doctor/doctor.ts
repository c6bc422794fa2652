import { styleText } from 'node:util';
import type { Command } from 'commander';
import { sanitizeForTerminal } from '../../system/text/sanitize.ts';
import { jsonText } from '../terminal/json.ts';
import { endsWithItsOutput } from '../terminal/output.ts';
import { EXIT_UNAVAILABLE } from '../terminal/problem.ts';
import type { Finding } from './finding.ts';

/**
 * `dogwatch doctor`: checks whether this host has what dogwatch needs, and says what to do if not.
 */
export function register(program: Command): void {
  program
    .command('doctor')
    .description('check whether dogwatch can work here, and say what to do if not')
    .option('--end-strays', 'first end leftover processes of attempts that no longer belong to any run of this state directory')
    .option('--json', 'print one JSON object')
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
Examples:
  dogwatch doctor
  sudo -u builder DOGWATCH_STATE_DIR=/var/lib/dogwatch dogwatch doctor

The second sees what a service of that user sees.

Exit status: 0 if no check fails, ${EXIT_UNAVAILABLE} if one does.`;

const COLOURS = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

/** Renders each finding as one line, with the next step, if any, below it. */
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
