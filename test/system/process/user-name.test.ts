import { userInfo } from 'node:os';
import { expect, test, vi } from 'vitest';
import { userName } from '../../../src/system/process/user-name.ts';

vi.mock('node:os', async (original) => ({ ...(await original<typeof import('node:os')>()), userInfo: vi.fn() }));

test('a user without a name, as in a container, is named by number', () => {
  vi.mocked(userInfo).mockImplementation(() => {
    throw new Error('uv_os_get_passwd returned ENOENT');
  });
  expect(userName()).toBe(`user ${process.getuid?.()}`);
  vi.mocked(userInfo).mockReturnValue({ username: 'builder' } as ReturnType<typeof userInfo>);
  expect(userName()).toBe('builder');
});
