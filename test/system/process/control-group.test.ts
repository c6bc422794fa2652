import { expect, test } from 'vitest';
import { groupIn, isService } from '../../../src/system/process/control-group.ts';

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

const SERVICE = '/system.slice/dogwatch.service';

test.each([
  ['only the unified hierarchy', `0::${SERVICE}`, SERVICE],
  ['only the legacy one', `5:memory:/a\n1:name=systemd:${SERVICE}`, SERVICE],
  ['both, and systemd created groups in both', `1:name=systemd:${SERVICE}\n0::${SERVICE}`, SERVICE],
  ['both, and systemd uses the legacy one', `1:name=systemd:${SERVICE}\n0::/`, SERVICE],
  ['both, and systemd uses the unified one', `1:name=systemd:/\n0::${SERVICE}`, SERVICE],
  ['both, and the legacy one belongs to a container', `12:cpu:/x\n1:name=systemd:/docker/0f1e2d\n0::${SERVICE}`, SERVICE],
  ['both, and the legacy one belongs to the host', `1:name=systemd:/machine.slice/unit/payload\n0::${SERVICE}`, SERVICE],
  ['a session', '1:name=systemd:/\n0::/user.slice/user-1000.slice/session-3.scope', '/user.slice/user-1000.slice/session-3.scope'],
  ['below a unit', '1:name=systemd:/\n0::/system.slice/docker.service/0f1e2d', '/system.slice/docker.service/0f1e2d'],
  ['no unit anywhere', '1:name=systemd:/a\n0::/b', '/a'],
  ['a name that looks like another hierarchy', `2:name=other:/x.service\n0::${SERVICE}`, SERVICE],
  ['none', '', null],
])('%s', (_, lines, group) => expect(groupIn(lines)).toBe(group));
