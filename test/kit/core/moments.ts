import { limit } from './fleet.ts';
import { HOUR, MINUTE, SECOND, Story, survivor, type Wishes, working, worksAndExits } from './world.ts';

/** Moments in the life of a run, as an operator finds it. */
const CHECK: Wishes = { done: { check: 'make test' } };

export const after = (story: Story, ms: number): Story => story.after(ms);

export function ticked(story: Story): Story {
  story.tick();
  return story;
}

export function starting(): Story {
  const story = new Story();
  story.gathered();
  story.started();
  return story.after(3 * SECOND);
}

export function milestone(): Story {
  const story = working();
  worksAndExits(story, 'SIGKILL');
  story.gathered();
  story.started();
  story.says({ kind: 'todo', done: 3, total: 9 });
  worksAndExits(story);
  story.started();
  story.says();
  return story.after(MINUTE);
}

export function tool(): Story {
  const story = working();
  const sinceMono = story.now.mono;
  for (let minute = 0; minute < 40; minute++) story.after(MINUTE).sample(0, { key: 'make', sinceMono });
  return story;
}

export function claimed(): Story {
  const story = working(CHECK);
  story.claims('done', 'all 14 packages are upgraded.');
  return story.after(SECOND);
}

export function paused(): Story {
  const story = working();
  story.operator({ kind: 'pause', because: 'maintenance' });
  return story.after(SECOND);
}

export function wedged(): Story {
  const story = working();
  for (let ms = 0; ms < 15 * MINUTE; ms += 15 * SECOND) story.after(15 * SECOND).sample(0);
  return story.after(2 * SECOND);
}

export function dead(): Story {
  const story = working().after(10 * SECOND);
  story.exits(1);
  return story;
}

export function endedByDogwatch(): Story {
  const story = wedged();
  story.ended();
  return story.after(SECOND);
}

export function tools(): Story {
  const story = working();
  story.exits(0, [survivor('tool', 9)]);
  return story.after(SECOND);
}

export function atTheCheck(): Story {
  const story = working(CHECK);
  worksAndExits(story);
  return story.after(5 * SECOND);
}

export function held(): Story {
  const story = paused();
  worksAndExits(story);
  return story.after(8 * HOUR);
}

export function observing(): Story {
  const story = working();
  story.restarts({ enabled: false });
  worksAndExits(story);
  return story.after(MINUTE);
}

export function handedOff(): Story {
  const story = working({ policy: { maxResumes: 0 } });
  worksAndExits(story);
  story.gathered();
  return story.after(6 * HOUR);
}

export function mending(): Story {
  const story = handedOff();
  story.mends();
  return story.after(10 * MINUTE);
}

/** The recovery agent was stopped by a limit of its own. */
export function limitedRecovery(): Story {
  const story = mending();
  story.menderExits();
  story.menderGone(limit({ resetsAtWall: story.now.wall + 3 * HOUR, provenance: 'prose' }));
  return story;
}

export function blocked(): Story {
  const story = working();
  story.claims('blocked', 'the deploy key is missing');
  return story.after(10 * MINUTE);
}

export function failed(): Story {
  const story = new Story();
  for (const wait of [5, 10, 0]) {
    story.startFails();
    if (wait > 0) story.after(wait * SECOND).tick();
  }
  return story.after(HOUR);
}

export function complete(): Story {
  const story = milestone();
  story.claims('done', 'all 14 packages are upgraded');
  return story;
}

export function stopped(): Story {
  const story = working();
  story.operator({ kind: 'stop', because: 'enough' });
  story.ended();
  return story.after(2 * HOUR);
}

export function limited(): Story {
  const story = working();
  story.says(limit({ resetsAtWall: story.now.wall + 3 * HOUR, provenance: 'prose' }), { kind: 'turn', well: false });
  story.exits(1);
  return story.after(HOUR);
}

export function sleepingOut(): Story {
  const story = working();
  story.says(limit({ resetsAtWall: story.now.wall + 3 * HOUR, provenance: 'prose' }));
  return story.after(HOUR);
}

export function refused(): Story {
  const story = working();
  story.says({ kind: 'auth', text: 'Invalid API key' }, { kind: 'turn', well: false });
  story.exits(1);
  return story.after(HOUR);
}

export function rebooted(): Story {
  const story = paused();
  worksAndExits(story);
  story.now = { wall: story.now.wall + HOUR, mono: 10 * SECOND };
  story.restarts({ rebooted: true });
  return story;
}
