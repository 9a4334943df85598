/**
 * What became of a stress in one container. `unknown`: nothing measures it; `arriving`: less than expected so far;
 * `arrived`; `short`: it stopped growing before it was all there; `respawning`: its stressors die and are started again;
 * `absent`: it is said to be injected, and no stressor runs; `restarted`: the container was restarted from under it;
 * `gone`: the Pod is no more.
 */
export type ArrivalState =
  | 'unknown'
  | 'arriving'
  | 'arrived'
  | 'short'
  | 'respawning'
  | 'absent'
  | 'restarted'
  | 'gone';

/** What shows that it is so, where one state has several stories. */
export type ArrivalReason =
  /** `respawning`: the OOM killer ends its stressors. */
  | 'killed'
  /** `respawning`: its stressors end by themselves. */
  | 'exits'
  /** `absent`: none was ever seen: what was started ended at once. */
  | 'never-ran'
  /** `absent`: they were there, and have ended. */
  | 'ended'
  /** `restarted`: the container has ended and does not run (yet). */
  | 'down'
  /** `restarted`: it runs again; before, the OOM killer had struck in it. */
  | 'oom-killed'
  /** `gone`: another Pod has its name now. */
  | 'replaced';
