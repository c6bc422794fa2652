import type { Option } from '../command/grammar.ts';

/**
 * The problem of an unknown option in front of what may be the task: a resume that repeated the
 * task would start over.
 */
export const whichIsTheTask = ({ words: [option = '', word = ''] }: Option): { readonly problem: string } => ({
  problem: `it is unclear whether ${JSON.stringify(word)} belongs to ${option} or is the task; give the task with --prompt TEXT (or --prompt-file FILE) before \`--\`, or the option as ${option}=VALUE`,
});
