import { expect, test } from 'vitest';
import { explain } from '../../../src/core/report/explain.ts';
import {
  after,
  atTheCheck,
  blocked,
  claimed,
  complete,
  dead,
  endedByDogwatch,
  failed,
  handedOff,
  held,
  limited,
  mending,
  milestone,
  observing,
  paused,
  rebooted,
  refused,
  sleepingOut,
  starting,
  stopped,
  ticked,
  tool,
  tools,
  wedged,
} from '../../kit/core/moments.ts';
import { MINUTE, SECOND, Story, working } from '../../kit/core/world.ts';

test.each<[string, () => Story, string[]]>([
  [
    'a spent limit',
    limited,
    [
      'upgrade has been waiting for 1h: the five_hour limit of opencode/anthropic/1f2e3d4c5b6a is spent (You have hit your limit); resets 2026-11-23T06:00:00.000Z (stated in words).',
      'Attempt 1 ended 1h ago with status 1.',
      'One run of the account is tried in 2h 2m, the others follow when it works; `dogwatch resume upgrade` tries it now.',
      'No milestone so far; 0 of 20 resumes used (0 in all).',
    ],
  ],
  [
    'a spent limit that the agent sleeps out',
    sleepingOut,
    [
      'upgrade has been working for 1h: attempt 1 is active.',
      'Attempt 1 lives (pid 1001), last active 1h ago.',
      'It reported this and is left alone for 2h 2m: the five_hour limit of opencode/anthropic/1f2e3d4c5b6a is spent (You have hit your limit); resets 2026-11-23T06:00:00.000Z (stated in words).',
      'No milestone so far; 0 of 20 resumes used (0 in all).',
    ],
  ],
  [
    'a recovery agent at work',
    mending,
    [
      'upgrade has been recovering for 10m: recovery agent 1 (claude) is running, for 45m at most.',
      'Attempt 1 ended 6h 10m ago with status 0.',
      'It has 35m left (DOGWATCH_RECOVERY_TIMEOUT) to hand the run back;',
      '`dogwatch logs upgrade --recovery` shows what it says. `dogwatch resume upgrade` ends it and resumes the run now.',
      'No milestone so far; 0 of 0 resumes used (0 in all).',
    ],
  ],
  [
    'refused credentials',
    refused,
    [
      'upgrade has been held for 1h: the credentials of opencode/anthropic/1f2e3d4c5b6a were refused (Invalid API key); log in again, or `dogwatch resume` a run of it.',
      'Attempt 1 ended 1h ago with status 1.',
      'One run of the account goes first as soon as its credentials change; `dogwatch resume upgrade` tries it now.',
      'No milestone so far; 0 of 20 resumes used (0 in all).',
    ],
  ],
  [
    'first start',
    () => new Story(),
    [
      'upgrade has been starting for under 1s: registered: start at once.',
      'No attempt has run yet.',
      'Attempt 1 is being started now.',
      'No milestone so far; 0 of 20 resumes used (0 in all).',
    ],
  ],
  [
    'start',
    starting,
    [
      'upgrade has been starting for 3s: attempt 1 was started and has not shown activity yet.',
      'Attempt 1 lives (pid 1001), not active yet.',
      'It is resumed when it dies before the job is done, and ended and resumed after 5m (DOGWATCH_STARTUP) without any activity.',
      'No milestone so far; 0 of 20 resumes used (0 in all).',
    ],
  ],
  [
    'work',
    () => after(working(), 20 * SECOND),
    [
      'upgrade has been working for 20s: attempt 1 is active.',
      'Attempt 1 lives (pid 1001), last active 20s ago.',
      'It is resumed when it dies before the job is done, and ended and resumed after 15m (DOGWATCH_IDLE) without any activity.',
      'No milestone so far; 0 of 20 resumes used (0 in all).',
    ],
  ],
  [
    'a milestone',
    milestone,
    [
      'upgrade has been working for 1m: attempt 3 is active.',
      'Attempt 3 lives (pid 1003), last active 1m ago.',
      'It is resumed when it dies before the job is done, and ended and resumed after 15m (DOGWATCH_IDLE) without any activity.',
      'The last milestone was 3m ago, in attempt 2: 3 of 9 todos done; 1 of 20 resumes used since then (2 in all).',
    ],
  ],
  [
    'quiet',
    () => ticked(after(working(), 5 * MINUTE)),
    [
      'upgrade has been quiet for under 1s: attempt 1 is alive without recent activity.',
      'Attempt 1 lives (pid 1001), last active 5m ago.',
      'It is resumed when it dies before the job is done, and ended and resumed after 15m (DOGWATCH_IDLE) without any activity.',
      'No milestone so far; 0 of 20 resumes used (0 in all).',
    ],
  ],
  [
    'a tool',
    tool,
    [
      'upgrade has been quiet for 37m: attempt 1 is busy with a tool (make).',
      'Attempt 1 lives (pid 1001), last active 39m ago; its tool make has been running for 40m.',
      'A tool may take 2h (DOGWATCH_MAX_TOOL); then the attempt is ended and resumed.',
      'No milestone so far; 0 of 20 resumes used (0 in all).',
    ],
  ],
  [
    'a claim',
    claimed,
    [
      'upgrade has been working for 1s: attempt 1 is active.',
      'Attempt 1 lives (pid 1001), last active 1s ago.',
      'The check decides: the agent says that the job is done (all 14 packages are upgraded).',
      'No milestone so far; 0 of 20 resumes used (0 in all).',
    ],
  ],
  [
    'paused',
    paused,
    [
      'upgrade has been working for 1s: attempt 1 is active.',
      'Attempt 1 lives (pid 1001), last active 1s ago.',
      'It is left alone, and not resumed when it dies, until `dogwatch unpause upgrade` (it is paused: maintenance).',
      'No milestone so far; 0 of 20 resumes used (0 in all).',
    ],
  ],
  [
    'wedged',
    wedged,
    [
      'upgrade has been quiet for 13m 2s: attempt 1 is wedged: no activity for 15m (DOGWATCH_IDLE) and no tool running.',
      'Attempt 1 lives (pid 1001), last active 15m 2s ago.',
      'It is being ended now.',
      'No milestone so far; 0 of 20 resumes used (0 in all).',
    ],
  ],
  [
    'backoff',
    () => after(dead(), 2 * SECOND),
    [
      'upgrade has been waiting for 2s: attempt 1 ended with status 1; it did little; backoff 1.',
      'Attempt 1 ended 2s ago with status 1.',
      'Attempt 2 starts in 3s; `dogwatch resume upgrade` starts it now.',
      'No milestone so far; 0 of 20 resumes used (0 in all).',
    ],
  ],
  [
    'backoff after an end',
    endedByDogwatch,
    [
      'upgrade has been waiting for 1s: attempt 1 is wedged: no activity for 15m (DOGWATCH_IDLE) and no tool running; it did little; backoff 1.',
      'Attempt 1 was ended by dogwatch 1s ago.',
      'Attempt 2 starts in 4s; `dogwatch resume upgrade` starts it now.',
      'No milestone so far; 0 of 20 resumes used (0 in all).',
    ],
  ],
  [
    'tools left',
    tools,
    [
      'upgrade has been waiting for 1s: tools of attempt 1 outlived it and are ended before the next one starts.',
      'Attempt 1 ended 1s ago with status 0; some of its tools are still running.',
      'What is left of it is being ended now.',
      'No milestone so far; 0 of 20 resumes used (0 in all).',
    ],
  ],
  [
    'check at death',
    atTheCheck,
    [
      'upgrade has been waiting for 5s: the check is run to see whether the job is done.',
      'Attempt 1 ended 5s ago with status 0.',
      'What comes next is decided as soon as that is known.',
      'No milestone so far; 0 of 20 resumes used (0 in all).',
    ],
  ],
  [
    'held',
    held,
    [
      'upgrade has been held for 8h: paused by the operator (maintenance); `dogwatch unpause upgrade` releases it.',
      'Attempt 1 ended 8h ago with status 0.',
      'No milestone so far; 0 of 20 resumes used (0 in all).',
    ],
  ],
  [
    'only observing',
    observing,
    [
      'upgrade has been held for 1m: DOGWATCH_ENABLED=0 of the watchdog: dogwatch only observes.',
      'Attempt 1 ended 1m ago with status 0.',
      'Nothing is started until the watchdog is started again without DOGWATCH_ENABLED=0.',
      'No milestone so far; 0 of 20 resumes used (0 in all).',
    ],
  ],
  [
    'handed off',
    handedOff,
    [
      'upgrade has been handed-off for 6h: 0 resumes without a milestone (DOGWATCH_MAX_RESUMES=0).',
      'Attempt 1 ended 6h ago with status 0.',
      '`dogwatch logs upgrade` and `dogwatch history upgrade` show what happened.',
      '`dogwatch resume upgrade` gives it a new budget.',
      'No milestone so far; 0 of 0 resumes used (0 in all).',
    ],
  ],
  [
    'escalated',
    blocked,
    [
      'upgrade has been escalated for 10m: a person is needed: the deploy key is missing.',
      'Attempt 1 lives (pid 1001), last active 10m ago.',
      '`dogwatch logs upgrade` and `dogwatch history upgrade` show what happened.',
      '`dogwatch resume upgrade` gives it a new budget.',
      'No milestone so far; 0 of 20 resumes used (0 in all).',
    ],
  ],
  [
    'failed',
    failed,
    [
      'upgrade failed 1h ago: the command could not be started 3 times; attempt 3 could not be started: spawn opencode ENOENT.',
      'No attempt has run yet.',
      '`dogwatch logs upgrade` and `dogwatch history upgrade` show what happened.',
      '`dogwatch resume upgrade` gives it a new budget.',
    ],
  ],
  [
    'complete',
    () => after(complete(), 30 * SECOND),
    [
      'upgrade has been complete for 30s: the agent says that the job is done: all 14 packages are upgraded.',
      'Attempt 3 lives (pid 1003), last active 1m 30s ago.',
      'What is left of it is ended 2m after the run was complete.',
      'The last milestone was 3m 30s ago, in attempt 2: 3 of 9 todos done.',
    ],
  ],
  [
    'stopped',
    stopped,
    [
      'upgrade has been stopped for 2h: the operator asked to stop: enough.',
      'Attempt 1 was ended by dogwatch 2h ago.',
      '`dogwatch resume upgrade` takes it up again.',
    ],
  ],
  [
    'after a reboot',
    rebooted,
    [
      'upgrade has been held for 1h: paused by the operator (maintenance); `dogwatch unpause upgrade` releases it.',
      'Attempt 1 ended 1h ago with status 0.',
      'No milestone so far; 0 of 20 resumes used (0 in all).',
    ],
  ],
])('%s', (_state, story, paragraph) => {
  const { run, now } = story();
  expect(explain(run, now)).toBe(paragraph.join(' '));
});
