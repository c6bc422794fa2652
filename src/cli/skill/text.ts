import { createHash } from 'node:crypto';

/** Its folder, and its name in the front matter. */
export const SKILL = 'dogwatch';

const FRONT = `---
name: ${SKILL}
description: How to work inside a dogwatch run (DOGWATCH_RUN is set). Use when a long job makes progress, is finished, is blocked or needs a permission, before a job that needs much disk space, and when a prompt says that an earlier process ended.
---
`;

const BODY = `
# Working inside a dogwatch run

dogwatch keeps this job going: when your process ends before the job is done, it starts you again in
the same session. If the variable DOGWATCH_RUN is not set, you are not inside a run, and the commands
of the first section do nothing here.

## Say how far you are

    dogwatch progress --because "7 of 14 packages upgraded"
    dogwatch done --because "all 14 packages are upgraded, the tests pass"
    dogwatch blocked --because "the registry wants a new token"

- \`progress\`: after each real step. Without any, you may be restarted as stuck.
- \`done\`: only when the whole job is finished, with the evidence. A check may refuse it, and the next
  prompt says why.
- \`blocked\`: when only a person can help. Say exactly what you need, then end your turn.
- \`dogwatch questions\` lists what you have asked a person. Do not answer it yourself, and do not
  look for a way around a permission that was denied.

## When a prompt says that an earlier process ended

You are that agent, resumed. Look at what is there (\`git status\`, files, processes) and go on; do not
start over. A tool call without a result may or may not have taken effect: look before you repeat it.
If the prompt says that your last steps may be missing, look before each step that must not be made
twice: you may have made it, although you do not see it.

Never start a second copy of the job, by hand, in the background or with another \`dogwatch run\`:
\`dogwatch status\` shows what runs already.

## Disk space

Before a job that needs much space, and when a disk is full:

    dogwatch reclaim --dry-run
    dogwatch reclaim

It frees only what its rules allow. Do not prune images, caches, volumes or other directories on your
own: other runs on this machine may need them.
`;

/** How the last line begins of a file that dogwatch wrote; the fingerprint of the rest follows. */
const MARK = '<!-- Written by `dogwatch skill`; to change it, remove this line. ';

/** What is installed: the text, and a last line by which dogwatch knows its own. */
export const skillText = (): string => signed(`${FRONT}${BODY}`);

const signed = (text: string): string => `${text}\n${MARK}${fingerprintOf(text)} -->\n`;

/** Whether dogwatch wrote this text, in any version, and nobody has changed it since. */
export function isOurs(text: string): boolean {
  const at = text.lastIndexOf(`\n${MARK}`);
  return at >= 0 && text === signed(text.slice(0, at));
}

const fingerprintOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
