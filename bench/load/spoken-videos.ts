import { join } from 'node:path';
import { makeMedia } from '../../test/support/make-media.ts';
import { makeTalk, talkInput } from '../../test/support/talk.ts';
import { testFolder } from '../../test/support/test-folder.ts';
import type { Dice } from './dice.ts';

export interface SpokenVideo {
  path: string;
  text: string;
}

/**
 * Makes videos of synthetic speech, each in its own time: no chunk of one is a chunk of another, so that none is found
 * in the stage cache.
 */
export class SpokenVideos {
  readonly #dice: Dice;
  readonly #folder = testFolder();
  #made = 0;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  /** @param seconds about so long: from, to */
  async next(seconds: readonly [number, number]): Promise<SpokenVideo> {
    const number = (this.#made += 1);
    const talk = await makeTalk({
      seconds: this.#dice.between(...seconds),
      // No other video has these pauses.
      pauseSeconds: 0.3 + number / 100,
    });
    const path = await makeMedia(
      join(this.#folder, `video-${number}.mp4`),
      ...['-f', 'lavfi', '-i', 'testsrc2=s=160x120:r=5'],
      ...talkInput(talk),
      ...['-shortest', '-c:v', 'mpeg4', '-b:v', '100k', '-c:a', 'aac', '-b:a', '64k'],
    );
    return { path, text: talk.text };
  }
}
