/** What a Temporal server does with priorities and fairness keys. */
export interface FairTurns {
  /** More urgent work goes before what waits already. */
  urgentFirst: boolean;
  /** Users take turns, however much one of them has submitted. */
  usersTakeTurns: boolean;
}

export const FAIR_TURNS_FIX =
  'Set matching.useNewMatcher and matching.enableFairness to true, and one read and one write partition for each task queue, as in deploy/temporal/dynamicconfig.yaml.';

/** What a server lacks, as half a sentence; null where it lacks nothing. */
export function lackOfTurns({ urgentFirst, usersTakeTurns }: FairTurns): string | null {
  const lacks = [
    ...(urgentFirst ? [] : ['urgent jobs wait behind others']),
    ...(usersTakeTurns ? [] : ["one user's many jobs hold up another's one"]),
  ];
  return lacks.length === 0 ? null : `the Temporal server does not give them: ${lacks.join('; ')}`;
}
