import type { Plant } from '../plant.ts';

/** Bugs of whoever stores several decisions together. */
export const GROUP_BUGS: Readonly<Record<string, { readonly plant: Plant; readonly invariants: readonly number[] }>> = {
  'what was decided together is started before it is stored': {
    plant: { ports: (ports) => ({ ...ports, record: (group) => ports.soon(() => ports.record(group)) }) },
    invariants: [3],
  },
  'what could not be stored together is taken for stored': {
    plant: {
      ports: (ports) => ({
        ...ports,
        record: (group) => {
          try {
            ports.record(group);
          } catch (error) {
            if (group.length === 1) throw error;
          }
        },
      }),
    },
    invariants: [3],
  },
  'only the first of a group is stored': {
    plant: { ports: (ports) => ({ ...ports, record: (group) => ports.record(group.slice(0, 1)) }) },
    invariants: [3],
  },
};
