import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Drill } from './drill.ts';

export type Outcome =
  | { readonly kind: 'held'; readonly figures: string }
  | { readonly kind: 'skipped'; readonly because: string }
  | { readonly kind: 'did not hold' };

const HEAD = `# Fault drills

What was broken on purpose while the real program worked, and the outcome. \`DRILLS_TABLE=test/real/drills/results.md npm run test:real -- test/real/drills.test.ts\`
rewrites this (as root on Linux, in some minutes); without the variable it goes to \`dist/drills.md\`. What else holds after each of them, \`sound.ts\` says:
one agent at a time, no attempt started twice, no action recorded twice or left open, nothing left that waited to be started, an intact state, \`status\` answers, and no watchdog prints a stack.

| drill | what must hold | outcome | figures |
|---|---|---|---|
`;

/** The table of drills and their outcomes, in Markdown. */
export const table = (drills: readonly Drill[], outcomeOf: (drill: Drill) => Outcome | undefined): string =>
  `${HEAD}${drills.map((drill) => row(drill, outcomeOf(drill))).join('')}`;

const row = (drill: Drill, outcome: Outcome | undefined): string =>
  `${begin(drill)} ${outcome === undefined ? 'not played' : words(outcome)} | ${outcome?.kind === 'held' ? outcome.figures : ''} |\n`;

/** A row's first two columns. */
export const begin = ({ name, holds }: Drill): string => `| ${name} | ${holds} |`;

const words = (outcome: Outcome): string =>
  outcome.kind === 'skipped' ? `skipped: ${outcome.because.replace(/[|\s]+/g, ' ')}` : outcome.kind;

export function writeTable(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
