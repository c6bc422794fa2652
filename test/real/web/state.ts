import { openNotice } from '../../../src/core/notices/notice.ts';
import { quarterOf } from '../../../src/core/spend/quarters.ts';
import { NO_TOKENS } from '../../../src/core/spend/tokens.ts';
import type { Layout } from '../../../src/store/directory/layout.ts';
import type { Store } from '../../../src/store/store.ts';
import { instant } from '../../../src/system/process/clock.ts';
import { disk, GIB } from '../../kit/core/disks.ts';
import * as moments from '../../kit/core/moments.ts';
import { hostDecision, news } from '../../kit/core/notice-samples.ts';
import { MINUTE, type Story, working, worksAndExits } from '../../kit/core/world.ts';
import { ALIVE, keptState, printed } from '../../kit/kept-state.ts';

/** What a hostile agent may write wherever it can. */
export const SCRIPT = '<img src=x onerror=alert(1)><script>alert(2)</script>';
/** What any run may be called. */
export const HOSTILE_NAME = "a'b<img-src=x-onerror=alert(3)>";

const STORIES: Readonly<Record<string, () => Story>> = {
  'nightly-deps': moments.handedOff,
  'migrate-db': moments.tool,
  'upgrade-all': moments.limited,
  'docs-sweep': moments.paused,
  'lint-fix': moments.milestone,
  'port-to-ts': working,
  spellcheck: moments.failed,
  'long-night': longNight,
  [HOSTILE_NAME]: () => {
    const story = working();
    story.operator({ kind: 'pause', because: SCRIPT });
    return story;
  },
};

/** Many attempts over hours, with milestones at first. */
function longNight(): Story {
  const story = working();
  for (let attempt = 1; attempt < 12; attempt++) {
    story.after(6 * MINUTE);
    worksAndExits(story, attempt % 4 === 0 ? 'SIGKILL' : 0);
    story.gathered();
    story.started();
    if (attempt < 6) story.says({ kind: 'todo', done: attempt, total: 31 });
    else story.says();
    story.after(3 * MINUTE);
  }
  return story;
}

/** Moves a story to the present and gives it a name. */
function renamed(story: Story, name: string, firstSeq: number) {
  const byMs = instant().wall - story.now.wall - 60_000;
  const id = `${name}.1`;
  const decisions = story.decisions.map((decision) => {
    const shifted = JSON.parse(JSON.stringify(decision), (key, value) =>
      /^(?:wall|.*Wall)$/.test(key) && typeof value === 'number' ? value + byMs : value,
    ) as typeof decision;
    return {
      ...shifted,
      observation: { ...shifted.observation, run: id, seq: firstSeq + shifted.observation.seq },
      run: { ...shifted.run, id, name, spec: { ...shifted.run.spec, name } },
      actions: shifted.actions.map((action, index) => ({ ...action, id: `${id}/${shifted.observation.seq}/${index}`, run: id })),
      reply: null,
      holds: null,
      recoveryHolds: null,
    } as typeof decision;
  });
  return { id, decisions };
}

export interface Kept {
  readonly where: Layout;
  readonly store: Store;
  /** Writes a run into the state, as the watchdog would. */
  readonly add: (name: string, story: Story) => void;
}

/** A state with one run of each kind, all with their journals. */
export async function stateWithRuns(): Promise<Kept> {
  const { where, store } = await keptState(ALIVE());
  let seq = 0;
  const add = (name: string, story: Story) => {
    const { id, decisions } = renamed(story, name, seq);
    seq += 10_000;
    store.record(decisions);
    printed(where, id, 1, `looks at 214 files\n${SCRIPT}\nFAIL test/resolve.test.ts > keeps the old lock file\n`);
  };
  for (const [name, story] of Object.entries(STORIES)) add(name, story());
  const now = instant();
  const times = Array.from({ length: 90 }, (_, index) => now.wall - (90 - index) * 2 * MINUTE);
  // Fills up, is freed, and fills up again.
  times.forEach((wall, index) => {
    const availableBytes = (4 + 36 * (1 - (index % 45) / 45)) * GIB;
    const filesystems = [disk({ paths: ['/srv/project'], availableBytes, totalBytes: 78 * GIB })];
    const at = { ...now, wall };
    const { observation, ...decision } = hostDecision([], at);
    store.record([{ ...decision, observation: { ...observation, seq: 1_000_000 + index, filesystems } as typeof observation }]);
  });
  const spent = times
    .filter((_, index) => index % 7 === 0)
    .map((wall, index) => ({
      run: 'long-night.1',
      attempt: 1,
      recovery: null,
      account: 'work',
      quarter: quarterOf(wall),
      amount: { model: null, tokens: NO_TOKENS, statedUsd: 0.2 + (index % 5) * 0.31, computedUsd: 0, unpriced: 0 },
    }));
  store.checkpoint([], spent);
  const notice = openNotice(news({ cause: 'overlong-tool/migrate-db.1', runs: [{ id: 'migrate-db.1', name: 'migrate-db' }] }), instant());
  store.record([], { kept: [notice], dropped: [] });
  return { where, store, add };
}
