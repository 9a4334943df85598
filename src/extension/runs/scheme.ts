/** Reports of runs as read-only documents. */
export const RUN_SCHEME = 'podstress-run';
