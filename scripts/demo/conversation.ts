/**
 * The demo talk: an interview about people and companies that do not exist. It has what a job is to find: two
 * voices, names, places, dates, sums of money, and verbs that join them.
 */
import type { Voice } from './speech.ts';

export const TALK_TITLE = 'Heat from the Sea: an interview with Daniel Foster';

/** Of the voices tried, Whisper base understands these best: at most one word in a hundred is wrong. */
export const VOICES = {
  host: { name: 'en-us+f3', wordsPerMinute: 150, pitch: 60 },
  guest: { name: 'en-gb', wordsPerMinute: 150, pitch: 35 },
} satisfies Record<string, Voice>;

export interface Turn {
  readonly speaker: keyof typeof VOICES;
  readonly text: string;
}

/** A part of the talk with its slide. */
export interface Chapter {
  readonly title: string;
  readonly lines: readonly string[];
  readonly turns: readonly Turn[];
}

export const CHAPTERS: readonly Chapter[] = [
  {
    title: 'Heat from the Sea',
    lines: ['The Open Harbor', 'Laura Collins talks to Daniel Foster'],
    turns: [
      {
        speaker: 'host',
        text: 'Welcome to The Open Harbor. I am Laura Collins, and my guest today is Daniel Foster, who founded Blue River Energy in 2014. Daniel, what does your company do?',
      },
      {
        speaker: 'guest',
        text: 'Thank you, Laura. Blue River Energy heats houses with water from the sea. We built our first plant in Plymouth in March 2019.',
      },
    ],
  },
  {
    title: 'How it works',
    lines: ['Pumps collect heat', '4,000 houses', '12 million dollars saved a year'],
    turns: [
      { speaker: 'host', text: 'How does it work?' },
      {
        speaker: 'guest',
        text: 'It collects heat from the sea, even in winter. The plant heats four thousand houses, and it saves the city twelve million dollars a year.',
      },
    ],
  },
  {
    title: 'The money',
    lines: ['Plymouth: one half', 'Meridian Capital: 30 million dollars'],
    turns: [
      { speaker: 'host', text: 'Where did the money come from?' },
      {
        speaker: 'guest',
        text: 'Plymouth paid one half. Meridian Capital gave Blue River Energy thirty million dollars, and Maria Jensen joined the company from Meridian Capital in 2021.',
      },
    ],
  },
  {
    title: 'What comes next',
    lines: ['A second plant in Aberdeen', 'Maria Jensen leads the work'],
    turns: [
      { speaker: 'host', text: 'And what comes next?' },
      {
        speaker: 'guest',
        text: 'Next year, we build a second plant in Aberdeen. Blue River Energy opened an office in Norway last June, and Maria Jensen will lead the work in Scotland.',
      },
      { speaker: 'host', text: 'Thank you for coming to the show.' },
      { speaker: 'guest', text: 'Thank you, Laura.' },
    ],
  },
];
