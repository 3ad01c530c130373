import type { StepName } from '../../contracts/job-activities.ts';
import type { AnyStage } from '../../domain/job-kinds.ts';

/** The stage of each step of any kind of job, by the name of its activity. */
const STAGES_OF_STEPS: Readonly<Record<StepName, AnyStage>> = {
  fetchMetadata: 'metadata',
  acquireAudio: 'acquire',
  downloadMetadata: 'metadata',
  downloadAudio: 'acquire',
  transcribeChunk: 'transcribe',
  mergeTranscript: 'merge',
  embedSpeakers: 'speakers',
  labelSpeakers: 'speakers',
  keepGround: 'corrections',
  openGround: 'corrections',
  applyCorrections: 'corrections',
  extractEntities: 'entities',
  buildGraph: 'graph',
  writeReport: 'report',
  translateSegments: 'translate',
  joinTranslation: 'translate',
  writeSubtitles: 'subtitles',
  publishResults: 'publish',
  checkOutput: 'initialize',
  acquireClip: 'download',
  encodePart: 'encode',
  joinReel: 'join',
  publishReel: 'publish',
  proposeMoments: 'propose',
  chooseMoments: 'choose',
  rankMoments: 'choose',
  publishFiles: 'publish',
};

/** Null for an activity that is no step, such as settling. */
export const stageOfStep = (activity: string): AnyStage | null =>
  Object.hasOwn(STAGES_OF_STEPS, activity) ? STAGES_OF_STEPS[activity as StepName] : null;
