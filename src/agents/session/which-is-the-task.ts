import type { Option } from '../command/grammar.ts';

/** Said where an option that nobody knows stands before what may be the task: a resume that sent the task again would begin anew. */
export const whichIsTheTask = ({ words: [option = '', word = ''] }: Option): { readonly problem: string } => ({
  problem: `whether ${JSON.stringify(word)} belongs to ${option} or is the task is not known; give the task with --prompt TEXT (or --prompt-file FILE) before \`--\`, or the option as ${option}=VALUE`,
});
