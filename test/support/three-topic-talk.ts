import type { Segment, Transcript } from '../../src/domain/transcript.ts';

const TOPICS = [
  {
    words: ['reservoir', 'water', 'drought', 'river', 'irrigation', 'farmers', 'dam'],
    sentences: [
      'The reservoir lost half of its water in the drought of last summer.',
      'Farmers along the river asked the board for irrigation rights.',
      'A new dam would keep the river from flooding the valley again.',
      'Irrigation takes four fifths of all the water in the district.',
    ],
  },
  {
    words: ['schools', 'teachers', 'pupils', 'classroom', 'lessons', 'exam'],
    sentences: [
      'Our schools need two hundred more teachers before September.',
      'Pupils in a crowded classroom learn less from their lessons.',
      'The exam results of rural schools fell for the third time.',
      'Teachers told us that lessons begin without books for the pupils.',
    ],
  },
  {
    words: ['telescope', 'galaxy', 'astronomers', 'orbit', 'planet', 'stars'],
    sentences: [
      'The telescope found a planet in the orbit of a distant star.',
      'Astronomers measured how fast the galaxy turns around its centre.',
      'Young stars light the gas between the arms of the galaxy.',
      'No telescope on the ground could have seen this planet.',
    ],
  },
] as const;

/** The words that belong to one topic of the talk alone. */
export const topicWords = (topic: number): readonly string[] => TOPICS[topic]?.words ?? [];
export const TOPIC_COUNT = TOPICS.length;

/** A talk of three topics, each of the same length, one sentence every six seconds. */
export function threeTopicTalk(sentencesPerTopic: number): Transcript {
  const texts = TOPICS.flatMap(({ sentences }) =>
    Array.from({ length: sentencesPerTopic }, (_, index) => sentences[index % sentences.length] ?? ''),
  );
  const segments = texts.map((text, index): Segment => {
    const start = index * 6;
    const words = text.split(' ').map((word, position) => ({
      start: start + position * 0.4,
      end: start + position * 0.4 + 0.4,
      text: word,
      confidence: 0.95,
    }));
    const id = `s${String(index + 1).padStart(6, '0')}`;
    return { id, start, end: words.at(-1)?.end ?? start, text, speaker: null, words };
  });
  return { language: 'en', durationSeconds: texts.length * 6, segments };
}
