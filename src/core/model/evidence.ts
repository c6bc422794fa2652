/** The job's progress, as far as it can be seen from outside. */
export interface Evidence {
  readonly head: string | null;
  readonly worktree: string | null;
  readonly progress: string | null;
  /** What could not be gathered, in words. */
  readonly missing: readonly string[];
  /**
   * The newest commits of every ref of the run's repositories, besides `head`. Absent in records of
   * older builds.
   */
  readonly commits?: readonly string[];
  /** The contents of the run's other worktrees, besides `worktree`. */
  readonly contents?: readonly string[];
  /** Repositories that the agent's own record names as its workplace and that are not the run's. */
  readonly elsewhere?: readonly { readonly root: string; readonly commits: readonly string[] }[];
  /** Why there is no evidence at all, with the remedy. Null or absent if there is some. */
  readonly none?: string | null;
}
