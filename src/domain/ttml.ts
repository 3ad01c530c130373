import { create } from 'xmlbuilder2';
import type { SubtitleCue } from './subtitle-cue.ts';
import type { SubtitleLook } from './subtitle-formats.ts';
import { clockOf, namedLines } from './subtitle-text.ts';
import { isRightToLeft, languageTag } from './text-direction.ts';
import { visibleName } from './visible-text.ts';
import { xmlText } from './xml-text.ts';

const TTML = 'http://www.w3.org/ns/ttml';
const IMSC_TEXT_PROFILE = `${TTML}/profile/imsc1.1/text`;

/** Where text stands in the picture; it grows upwards from the lower edge of its region. */
const REGIONS: Readonly<Record<SubtitleLook['placement'], { origin: string; extent: string }>> = {
  bottom: { origin: '5% 5%', extent: '90% 90%' },
  lowerThird: { origin: '5% 5%', extent: '90% 65%' },
};

/**
 * TTML in the text profile of IMSC 1.1 (W3C), .ttml: one paragraph per cue, speakers as `ttm:agent`, and named in
 * the text where they change. The serializer escapes text and replaces what XML cannot hold.
 */
export function toTtml(cues: readonly SubtitleCue[], { language, placement }: SubtitleLook): string {
  const agents = agentsOf(cues);
  const region = REGIONS[placement];
  const document = {
    tt: {
      '@xmlns': TTML,
      '@xmlns:ttm': `${TTML}#metadata`,
      '@xmlns:ttp': `${TTML}#parameter`,
      '@xmlns:tts': `${TTML}#styling`,
      '@ttp:contentProfiles': IMSC_TEXT_PROFILE,
      '@ttp:timeBase': 'media',
      '@xml:lang': languageTag(language),
      head: {
        metadata: {
          'ttm:agent': [...agents].map(([name, id]) => ({
            '@type': 'person',
            '@xml:id': id,
            'ttm:name': { '@type': 'full', '#': xmlText(name) },
          })),
        },
        styling: {
          style: {
            '@xml:id': 'subtitle',
            '@tts:color': '#ffffff',
            '@tts:direction': isRightToLeft(language) ? 'rtl' : 'ltr',
            '@tts:fontFamily': 'proportionalSansSerif',
            '@tts:fontSize': '80%',
            '@tts:lineHeight': '125%',
            '@tts:textAlign': 'center',
            '@tts:textOutline': '#000000 5%',
          },
        },
        layout: {
          region: {
            '@xml:id': placement,
            '@tts:origin': region.origin,
            '@tts:extent': region.extent,
            '@tts:displayAlign': 'after',
          },
        },
      },
      body: {
        '@region': placement,
        '@style': 'subtitle',
        div: { p: cues.map((cue, index) => paragraph(cue, index, agents)) },
      },
    },
  };
  return create({ version: '1.0', encoding: 'UTF-8', invalidCharReplacement: '\ufffd' }, document).end();
}

/** Ids of the speakers by name, in order of their first words. */
function agentsOf(cues: readonly SubtitleCue[]): Map<string, string> {
  const names = new Set(cues.map(({ speaker }) => visibleName(speaker)).filter((name) => name !== null));
  return new Map([...names].map((name, index) => [name, `speaker${index + 1}`]));
}

function paragraph(cue: SubtitleCue, index: number, agents: ReadonlyMap<string, string>) {
  const agent = agents.get(visibleName(cue.speaker) ?? '');
  const time = (seconds: number): string => clockOf(seconds, { hourDigits: 2, fractionDigits: 3, mark: '.' });
  return {
    '@xml:id': `cue${index + 1}`,
    '@begin': time(cue.start),
    '@end': time(cue.end),
    ...(agent !== undefined && { '@ttm:agent': agent }),
    '#': namedLines(cue)
      .map(xmlText)
      .flatMap((line, number) => (number === 0 ? [line] : [{ br: {} }, line])),
  };
}
