import { judged } from '../../../../src/core/fleet/command.ts';
import type { Bug } from '../world/planted.ts';
import type { Laws } from './laws.ts';

/** Bugs in how commands are followed: the simulation must find each. */
export const COMMAND_BUGS: Readonly<Record<string, Bug<Laws>>> = {
  'a command that was delivered twice is followed twice': {
    laws: { judged: (arrived, here) => judged(arrived, { ...here, hasAnswered: () => false }) },
    breaks: /followed twice/,
  },
  'the age counts from the message, so that it begins anew for one that is sent again': {
    laws: { since: ({ atMs }) => atMs },
    breaks: /too old|followed twice/,
  },
  'a command is judged only when it arrives': {
    laws: { judgesAgain: false },
    breaks: /too old/,
  },
  'a command is acknowledged before it is on disk': {
    laws: { keepsFirst: false },
    breaks: /is lost/,
  },
  'a command that was altered is followed': {
    laws: { judged: (arrived, here) => judged({ ...arrived, role: arrived.role ?? 'operate' }, here) },
    breaks: /nobody may have given it/,
  },
  'a key that may only look gives commands': {
    laws: { judged: (arrived, here) => judged({ ...arrived, role: arrived.role === 'view' ? 'operate' : arrived.role }, here) },
    breaks: /nobody may have given it/,
  },
  'a command for another host is followed': {
    laws: { judged: (arrived, here) => judged(arrived, { ...here, host: arrived.host }) },
    breaks: /nobody may have given it/,
  },
  'a command is followed however old it is': {
    laws: { judged: (arrived, here) => judged({ ...arrived, ageMs: 0 }, here) },
    breaks: /too old/,
  },
};
