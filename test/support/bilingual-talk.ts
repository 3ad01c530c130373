import type { Voice } from '../../scripts/demo/speech.ts';

/** A text and who speaks it. */
export interface SpokenText {
  text: string;
  voice: Voice;
}

const ENGLISH: Voice = { name: 'en-us+f3', wordsPerMinute: 150, pitch: 60 };
/** Of espeak-ng's voices in other languages, the one that Whisper base takes for its own language most surely. */
const ITALIAN: Voice = { name: 'it+f3', wordsPerMinute: 130, pitch: 60 };

/** A talk that begins in English and goes on in Italian. */
export const BILINGUAL_TEXTS: readonly SpokenText[] = [
  {
    voice: ENGLISH,
    text: 'Laura Collins founded Lantern Energy in 2014, in a small office near the harbor.',
  },
  {
    voice: ENGLISH,
    text: 'The company heats houses with warm water from the sea, even in a very cold winter.',
  },
  {
    voice: ENGLISH,
    text: 'Every morning, large pumps collect the heat and send it through the old streets.',
  },
  {
    voice: ITALIAN,
    text:
      'Domani mattina andiamo al mare con tutta la famiglia. ' +
      'Mia sorella prepara il pranzo, e mio padre compra il pane e la frutta al mercato.',
  },
];
