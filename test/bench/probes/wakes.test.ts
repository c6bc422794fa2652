import { expect, test } from 'vitest';
import { reasonsIn } from './wakes.ts';

test('a wake-up is explained by the calls until the next wait', () => {
  const calls = [
    'epoll_pwait(16, [], 1024, 2528, NULL, 8) = 0',
    'epoll_pwait(16, [], 1024, 0, NULL, 8) = 0',
    'epoll_pwait(16, [], 1024, 700, NULL, 8) = 0',
    'openat(AT_FDCWD, "/srv/state/heartbeat", O_WRONLY|O_CREAT, 0600) = 26</srv/state/heartbeat>',
    'epoll_pwait(16, [], 1024, 4966, NULL, 8) = 0',
    'openat(AT_FDCWD, "/srv/state/heartbeat", O_WRONLY|O_CREAT, 0600) = 26</srv/state/heartbeat>',
    'openat(AT_FDCWD, "/proc/self/mountinfo", O_RDONLY|O_CLOEXEC) = 26',
    'epoll_pwait(16, [{events=EPOLLIN, data={u32=20, u64=20}}], 1024, -1, NULL, 8) = 1',
    'pwrite64(22</srv/state/dogwatch.db-wal>, "..", 24, 0) = 24',
  ];
  expect([...reasonsIn(calls)]).toEqual([
    ["no call: timers, and V8's or libuv's own tasks", 1],
    ['the beat: sign of life, inbox', 1],
    ['the beat: sign of life, inbox, disks measured', 1],
    ['recorded', 1],
  ]);
});
