import type { News } from '../../src/core/notices.ts';
import type { Instant } from '../../src/core/types.ts';

export const START: Instant = { wall: Date.UTC(2026, 0, 5, 3, 0), mono: 5_000_000 };

/** So many ms later, on both clocks. */
export const plus = (ms: number, at: Instant = START): Instant => ({ wall: at.wall + ms, mono: at.mono + ms });

export const news = (changes: Partial<News> = {}): News => ({
  cause: 'blocked/upgrade.1',
  runs: [{ id: 'upgrade.1', name: 'upgrade' }],
  subject: 'it needs a person',
  sentence: 'a person is needed: the registry wants a new token',
  tried: ['3 resumes, 2 of 20 since the last milestone'],
  lastLines: ['npm error code E401', 'npm error need auth'],
  commands: ['dogwatch explain upgrade', 'dogwatch ack upgrade'],
  ...changes,
});
