import { newFleet, withHost } from '../../../src/fleet/admin/fleet-file.ts';
import type { Invitation } from '../../../src/fleet/member/invitation.ts';

/** The invitation of a host into a new fleet. */
export const invited = (host = 'ci-3', urls: readonly string[] = ['nats://127.0.0.1:4222']): Invitation =>
  withHost(newFleet('build', urls, null), host, ['gpu'], false).invitation;
