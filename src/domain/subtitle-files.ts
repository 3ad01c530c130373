import { toAss } from './ass.ts';
import { toLrc } from './lrc.ts';
import { subtitleCues } from './subtitle-cues.ts';
import { toSubRip, toWebVtt, type SubtitleLook } from './subtitle-formats.ts';
import { subtitleRules } from './subtitle-rules.ts';
import type { SubtitleSettings } from './subtitle-settings.ts';
import { toPodcastJson, toWhisperXJson } from './transcript-json.ts';
import type { Transcript } from './transcript.ts';
import { toTtml } from './ttml.ts';

/**
 * A transcript in every timed format, by the ending of the file's name. Pure: the transcript's language decides
 * the line rules and the direction, so that a translation is set by the rules of its own language.
 */
export function subtitleFiles(transcript: Transcript, settings: SubtitleSettings): Record<string, string> {
  const { language, durationSeconds } = transcript;
  const cues = subtitleCues(transcript, settings);
  const look: SubtitleLook = { language, placement: subtitleRules(settings, language).placement };
  return {
    srt: toSubRip(cues, look),
    vtt: toWebVtt(cues, look),
    ttml: toTtml(cues, look),
    ass: toAss(cues, look),
    lrc: toLrc(cues, look, durationSeconds),
    'podcast.json': toPodcastJson(cues),
    'whisperx.json': toWhisperXJson(transcript),
  };
}
