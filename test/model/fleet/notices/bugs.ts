import { silence } from '../../../../src/core/fleet/age.ts';
import { heard } from '../../../../src/core/fleet/hearing.ts';
import { noticeStep } from '../../../../src/core/fleet/notice.ts';
import type { Bug } from '../world/planted.ts';
import type { Laws } from './laws.ts';

const NEVER = /nobody is notified/;

/** Bugs in who is notified of what: the simulation must find each. */
export const NOTICE_BUGS: Readonly<Record<string, Bug<Laws>>> = {
  'people are notified of each host when the network is gone': {
    laws: {
      silence: (hosts) => {
        const { hosts: alone, common } = silence(hosts);
        return { hosts: [...alone, ...common], common: [] };
      },
    },
    breaks: /the network is gone/,
  },
  'hosts that are down at the same time have one cause': {
    laws: {
      silence: (hosts) => {
        const all = silence(hosts);
        return all.hosts.length > 1 ? { hosts: [], common: [...all.hosts, ...all.common] } : all;
      },
    },
    breaks: NEVER,
  },
  'what an older row does not show is sent once more': {
    laws: { noticeStep: (name, row, cause) => noticeStep(name, row, cause, () => false) },
    breaks: /sent twice/,
  },
  'a second silence is the first one': {
    laws: {
      noticeStep: (name, row, cause, hasSent) =>
        row?.isOver === true && row.sent === 'yes' ? { kind: 'nothing' } : noticeStep(name, row, cause, hasSent),
    },
    breaks: NEVER,
  },
  'what may have been sent is not said to be over': {
    laws: {
      noticeStep: (name, row, cause, hasSent) =>
        noticeStep(name, row?.sent === 'maybe' && !row.isOver && cause.kind === 'over' ? { ...row, sent: 'no' } : row, cause, hasSent),
    },
    breaks: NEVER,
  },
  'a caretaker that has just begun takes a common silence for over': {
    laws: { isCommon: () => false },
    breaks: NEVER,
  },
  'a caretaker that nobody writes a beat of takes the others for silent': {
    laws: { heard: (hearing, beats, { nowMs }) => heard(hearing, beats, { nowMs, beatMs: nowMs }) },
    from: 166,
    breaks: /has been silent for/,
  },
};
