import type { RunSpec } from '../core/model/run-spec.ts';

/** What shows that a run is done, each as a clause; `dogwatch done` always does. */
export function doneWhen({ done }: Pick<RunSpec, 'done'>): readonly string[] {
  const { file, logPattern, check, exit, exitByDefault, doubt } = done;
  const isExit = exit && (exitByDefault !== true || doubt == null);
  const claims = [
    'the agent says `dogwatch done`',
    ...(file === null ? [] : [`${file} appears`]),
    ...(logPattern === null ? [] : [`its log matches /${logPattern}/`]),
    ...(isExit ? ['its command exits with status 0'] : []),
  ];
  return check === null ? claims : claims.map((claim) => `${claim}, and \`${check}\` exits with status 0`);
}
