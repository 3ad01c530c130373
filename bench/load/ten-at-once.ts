import { wordErrorRate } from '../../test/support/word-error-rate.ts';
import { Dice } from './dice.ts';
import { LocalStack } from './local-stack.ts';
import type { LoadUser } from './load-user.ts';
import { scaled, type LoadOptions, type LoadRow } from './scenario.ts';
import { SpokenVideos, type SpokenVideo } from './spoken-videos.ts';
import { within } from './within.ts';

const JOBS = 10;
const VIDEO_SECONDS = [15, 40] as const;
/** Whisper base hears the synthetic voice better than this; another video's words would be far worse. */
const WORST_ERROR_RATE = 0.3;
const PATIENCE_SECONDS = 600;

/** (a) Ten videos at once, and ten others one after the other. Everything is real. */
export async function tenAtOnce(options: LoadOptions): Promise<LoadRow[]> {
  const stack = await LocalStack.start();
  try {
    const videos = new SpokenVideos(new Dice(options.seed));
    const user = await stack.service.user('one', 'enterprise');
    const transcribe = async (video: SpokenVideo): Promise<number> => {
      const name = video.path.split('/').at(-1) ?? '';
      return errorRateOf(user, stack.serve(`/${name}`, video.path, 'video/mp4'), video.text);
    };
    const make = async (count: number): Promise<SpokenVideo[]> => {
      const made: SpokenVideo[] = [];
      while (made.length < count) made.push(await videos.next(VIDEO_SECONDS));
      return made;
    };
    const count = scaled(JOBS, options, 3);
    // The first one loads the models.
    for (const video of await make(1)) await transcribe(video);
    const together = await make(count);
    const startedAt = performance.now();
    const rates = await Promise.all(together.map(transcribe));
    const togetherSeconds = (performance.now() - startedAt) / 1000;
    const singly = await make(count);
    const singlyFrom = performance.now();
    for (const video of singly) await transcribe(video);
    const singlySeconds = (performance.now() - singlyFrom) / 1000;
    const finished = rates.filter((rate) => rate < WORST_ERROR_RATE).length;
    return [
      {
        scenario: `a · ${count} videos at once`,
        measured: `${finished} of ${count} finished with their own words (at most ${(Math.max(...rates) * 100).toFixed(0)} % wrong), ${togetherSeconds.toFixed(0)} s`,
        control: `as many one after the other: ${singlySeconds.toFixed(0)} s`,
        target: 'all finish',
        holds: finished === count,
      },
    ];
  } finally {
    await stack.close();
  }
}

/** Submits a video and compares its transcript with what is said in it; 1 where there is none. */
async function errorRateOf(user: LoadUser, url: string, said: string): Promise<number> {
  const id = await user.submit({ url });
  const done = await within(
    PATIENCE_SECONDS,
    async () => (await user.status(id)).status === 'completed',
    500,
  );
  if (!done) return 1;
  const text = await user.text(`/api/jobs/${id}/artifacts/transcript.txt`);
  return wordErrorRate(said, text.replace(/^\[[\d:]+\].*$/gm, ''));
}
