import { isCommon, silence } from '../../../../src/core/fleet/age.ts';
import { heard } from '../../../../src/core/fleet/hearing.ts';
import { noticeStep } from '../../../../src/core/fleet/notice.ts';

/** What the world of notices is about; a planted bug has another of them. */
export const LAWS = {
  silence,
  isCommon,
  heard,
  noticeStep,
};

export type Laws = typeof LAWS;
