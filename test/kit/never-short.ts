/** Thresholds that no disk is below, however full this machine is. */
export const NEVER_SHORT = {
  DOGWATCH_DISK_SOFT: '0%',
  DOGWATCH_DISK_CRITICAL: '0%',
  DOGWATCH_INODES_SOFT: '0%',
  DOGWATCH_INODES_CRITICAL: '0%',
};
