import { DOMParser } from '@xmldom/xmldom';
import fc from 'fast-check';
import { fromXML } from 'imsc/src/main/js/doc.js';
import { generateISD } from 'imsc/src/main/js/isd.js';
import { describe, expect, it } from 'vitest';
import type { SubtitleCue } from '../../../src/domain/subtitle-cue.ts';
import { subtitleCues } from '../../../src/domain/subtitle-cues.ts';
import type { SubtitleLook } from '../../../src/domain/subtitle-formats.ts';
import { toTtml } from '../../../src/domain/ttml.ts';
import { subtitleLanguageArbitrary } from '../../support/subtitle-arbitraries.ts';
import { transcriptArbitrary } from '../../support/transcript-arbitraries.ts';

const LOOK: SubtitleLook = { language: 'en', placement: 'bottom' };
const METADATA = 'http://www.w3.org/ns/ttml#metadata';
const DIRECTION = 'http://www.w3.org/ns/ttml#styling direction';

/** Reads a document as a player does; whatever the parser has to say fails the test. */
function read(xml: string) {
  const complaints: string[] = [];
  const complain = (message: string): void => void complaints.push(message);
  const handler = { info: complain, warn: complain, error: complain, fatal: complain };
  const document = fromXML(xml, handler);
  const shownAt = (seconds: number) => generateISD(document, seconds, handler).contents;
  return { document, shownAt, complaints };
}

function textOf(contents: ImscContent[]): string {
  return contents
    .map(({ kind, text, contents: inner }) => (kind === 'br' ? '\n' : (text ?? textOf(inner ?? []))))
    .join('');
}

const cue = (lines: string[], speaker: string | null = null): SubtitleCue => ({
  start: 1,
  end: 2.5,
  lines,
  speaker,
  speakerPrefix: speaker === null ? null : `${speaker}: `,
});

describe('toTtml', () => {
  it('is read without complaint by the reference parser of IMSC 1.1, cue for cue', () => {
    fc.assert(
      fc.property(transcriptArbitrary, subtitleLanguageArbitrary, (transcript, language) => {
        const cues = subtitleCues({ ...transcript, language });
        const { shownAt, complaints } = read(toTtml(cues, { ...LOOK, language }));
        for (const each of cues.slice(0, 12)) {
          const shown = textOf(shownAt((each.start + each.end) / 2));
          expect(shown).toBe(
            ((each.speakerPrefix ?? '') + each.lines.join('\n')).replaceAll('\ufffe', '\ufffd'),
          );
        }
        expect(complaints).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('shows nothing before, between and after cues', () => {
    const { document, shownAt } = read(toTtml([cue(['Hello.'])], LOOK));
    expect(document.getMediaTimeEvents()).toEqual([0, 1, 2.5]);
    expect(textOf(shownAt(0.5))).toBe('');
    expect(textOf(shownAt(2.6))).toBe('');
  });

  it('says who speaks, each agent once', () => {
    const xml = toTtml([cue(['One.'], 'Ann'), cue(['Two.'], 'A <b> & "Co"'), cue(['Three.'], 'Ann')], LOOK);
    const document = new DOMParser().parseFromString(xml, 'text/xml');
    const names = [...document.getElementsByTagNameNS(METADATA, 'agent')].map((agent) => [
      agent.getAttribute('xml:id'),
      agent.getAttribute('type'),
      agent.textContent,
    ]);
    expect(names).toEqual([
      ['speaker1', 'person', 'Ann'],
      ['speaker2', 'person', 'A <b> & "Co"'],
    ]);
    const spoken = [...document.getElementsByTagName('p')].map((each) =>
      each.getAttributeNS(METADATA, 'agent'),
    );
    expect(spoken).toEqual(['speaker1', 'speaker2', 'speaker1']);
  });

  it('is in the text profile, in its language, from right to left where that is written so', () => {
    const xml = toTtml([cue(['NASA وصلت.'])], { language: 'ar', placement: 'lowerThird' });
    expect(xml).toContain('ttp:contentProfiles="http://www.w3.org/ns/ttml/profile/imsc1.1/text"');
    expect(xml).toContain('xml:lang="ar"');
    const paragraph = read(xml).shownAt(2)[0]?.contents?.[0]?.contents?.[0]?.contents?.[0];
    expect(paragraph?.styleAttrs?.[DIRECTION]).toBe('rtl');
  });

  it('shows hostile text as text, and takes no tag of a language that is none', () => {
    const hostile = ['</p><script>alert(1)</script>', ']]> &lt; &#x0; &#x110000; {\\an8} \uffff'];
    const xml = toTtml([cue(hostile)], { ...LOOK, language: '"><x' });
    const { shownAt, complaints } = read(xml);
    expect(textOf(shownAt(2))).toBe(hostile.join('\n').replace('\uffff', '\ufffd'));
    expect(complaints).toEqual([]);
    expect(xml).toContain('xml:lang="und"');
  });

  it('has no paragraph without speech', () => {
    expect(read(toTtml([], LOOK)).complaints).toEqual([]);
  });
});
