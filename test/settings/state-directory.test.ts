import { userInfo } from 'node:os';
import { expect, test } from 'vitest';
import { stateDirectory } from '../../src/settings/state-directory.ts';

test.each([
  ['the user’s', { HOME: '/home/jo' }, '/home/jo/.local/state/dogwatch'],
  ['without HOME', {}, `${userInfo().homedir}/.local/state/dogwatch`],
  ['with an empty HOME', { HOME: '' }, `${userInfo().homedir}/.local/state/dogwatch`],
  ['with a relative HOME', { HOME: 'home' }, `${userInfo().homedir}/.local/state/dogwatch`],
  ['XDG', { HOME: '/home/jo', XDG_STATE_HOME: '/state' }, '/state/dogwatch'],
  ['XDG, relative', { HOME: '/home/jo', XDG_STATE_HOME: 'state' }, '/home/jo/.local/state/dogwatch'],
  ['systemd', { HOME: '/home/jo', XDG_STATE_HOME: '/state', STATE_DIRECTORY: '/var/lib/dogwatch' }, '/var/lib/dogwatch'],
  ['systemd, several', { STATE_DIRECTORY: '/var/lib/dogwatch:/var/lib/other' }, '/var/lib/dogwatch'],
  ['set', { DOGWATCH_STATE_DIR: '/srv//watch/', STATE_DIRECTORY: '/var/lib/dogwatch' }, '/srv/watch'],
  ['set to nothing', { HOME: '/home/jo', DOGWATCH_STATE_DIR: '' }, '/home/jo/.local/state/dogwatch'],
  ['set to a relative path', { DOGWATCH_STATE_DIR: 'watch' }, null],
])('%s', (_, env, expected) => {
  expect(stateDirectory(env)).toBe(expected);
});
