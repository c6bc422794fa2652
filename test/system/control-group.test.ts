import { expect, test } from 'vitest';
import { isService } from '../../src/system/control-group.ts';

test.each([
  ['/system.slice/dogwatch.service', true],
  ['/user.slice/user-1000.slice/user@1000.service/app.slice/dogwatch.service', true],
  ['/system.slice/cron.service', true],
  ['/user.slice/user-1000.slice/session-3.scope', false],
  ['/user.slice/user-1000.slice/user@1000.service', false],
  ['/user.slice/user-1000.slice/user@1000.service/app.slice/tmux-spawn.scope', false],
  ['/system.slice/docker.service/0f1e2d', false],
  ['/', false],
  [null, false],
])('%s: a service? %s', (group, is) => expect(isService(group)).toBe(is));
