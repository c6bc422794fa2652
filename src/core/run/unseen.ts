/**
 * What nobody can prove about an agent that was started out of sight (by `ssh`), as the end of a
 * sentence.
 */
export const unproven = (unseen: string): string =>
  `; what ${unseen} started can't be seen from here and may still be running: it is not proven gone`;
