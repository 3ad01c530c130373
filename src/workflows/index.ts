/** The bundle's entry: every workflow type that a worker runs. */
export { videoIntelligence } from './video-intelligence.ts';
