/** A process of a run, or of its recovery agent, that requested something. */
export interface Inside {
  readonly of: 'attempt' | 'recovery';
  /** The run's id. */
  readonly run: string;
  readonly number: number;
}

/** The requester in an observation. `refused` if the host does not allow it. */
export interface AskedInside extends Inside {
  readonly refused: boolean;
}

/**
 * What runs may ask of dogwatch besides reporting on their own work: anything, only what concerns
 * themselves, or nothing.
 */
export const ALLOW_INSIDE = ['1', 'own', '0'] as const;
export type AllowInside = (typeof ALLOW_INSIDE)[number];

/** `run` is the run that the request is about, or null for a new one or this machine. */
export const isRefusedInside = (allow: AllowInside, inside: Inside, run: string | null): boolean =>
  allow === '0' || (allow === 'own' && run !== inside.run);

/** Names the requester, for the history. */
export const insideInWords = ({ of, run, number }: Inside): string =>
  `from inside ${run.replace(/\.\d+$/, '')}, ${of === 'attempt' ? 'attempt' : 'recovery agent'} ${number}`;

export const NOT_FROM_INSIDE = 'DOGWATCH_ALLOW_INSIDE does not let a run ask for it';
