/** The chunk that loads when the pointer first rests on a row of ours: what its tooltip says. */
export { experimentDetails } from './present/experiment-details.js';
export { containerDetails, podDetails, processDetails } from './present/pod-details.js';
export { detailsMarkdown } from './views/details-markdown.js';
