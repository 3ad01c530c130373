import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseProbeOutput } from '../../../../src/adapters/ffmpeg/probe-output.ts';
import { ClipScribeError } from '../../../../src/domain/errors.ts';
import { mediaFactsSchema } from '../../../../src/domain/media.ts';

const audio = { codec_type: 'audio', codec_name: 'aac', duration: '9.5' };
const video = { codec_type: 'video', codec_name: 'h264', width: 1920, height: 1080, duration: '10.0' };
const cover = {
  codec_type: 'video',
  codec_name: 'mjpeg',
  width: 600,
  height: 600,
  disposition: { attached_pic: 1 },
};
const parse = (streams: object[], format: object = {}) =>
  parseProbeOutput(JSON.stringify({ streams, format: { format_name: 'matroska,webm', ...format } }));

describe('parseProbeOutput', () => {
  test('reads a video with sound', () => {
    expect(parse([video, audio], { duration: '10.04', tags: { title: 'A hearing' } })).toEqual({
      format: 'matroska,webm',
      durationSeconds: 10.04,
      hasAudio: true,
      hasVideo: true,
      audioCodec: 'aac',
      title: 'A hearing',
    });
  });

  test('takes the longest track where the container tells no duration, and null where nothing does', () => {
    expect(parse([video, audio], { duration: 'N/A' }).durationSeconds).toBe(10);
    expect(parse([{ ...audio, duration: 'N/A' }]).durationSeconds).toBeNull();
    expect(parse([{ codec_type: 'audio' }], { duration: '-1.0' }).durationSeconds).toBeNull();
  });

  test('does not take cover art for a video', () => {
    expect(parse([audio, cover])).toMatchObject({ hasAudio: true, hasVideo: false });
  });

  test('reads a file without sound, and one whose sound has no known codec', () => {
    expect(parse([video])).toMatchObject({ hasAudio: false, audioCodec: null });
    expect(parse([{ codec_type: 'audio' }])).toMatchObject({ hasAudio: true, audioCodec: null });
  });

  test('makes one clean line of a title, or none', () => {
    const title = (text: string) => parse([audio], { tags: { title: text } }).title;
    expect(title('Part 1\r\n\u001b[31mred\u202e  end ')).toBe('Part 1 [31mred end');
    expect(title(' \n\u0000')).toBeNull();
    expect(title('x'.repeat(9_000))).toHaveLength(500);
  });

  test.each([
    ['too many tracks', Array.from({ length: 33 }, () => audio)],
    ['a picture no camera makes', [{ ...video, width: 16_384, height: 16_384 }]],
  ])('refuses %s', (_name, streams) => {
    expect(() => parse(streams)).toThrow(expect.objectContaining({ code: 'UnsupportedMedia' }));
  });

  test('accepts an 8K picture', () => {
    expect(parse([{ ...video, width: 8_192, height: 4_320 }]).hasVideo).toBe(true);
  });

  test('gives facts of the right shape or a ClipScribeError, whatever ffprobe prints', () => {
    const printed = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .record({ streams: fc.array(fc.dictionary(fc.constantFrom(...Object.keys(video)), fc.jsonValue())) })
        .map((value) => JSON.stringify({ ...value, format: { format_name: 'mp3' } })),
    );
    fc.assert(
      fc.property(printed, (output) => {
        try {
          mediaFactsSchema.parse(parseProbeOutput(output));
        } catch (error) {
          expect(ClipScribeError.is(error)).toBe(true);
        }
      }),
    );
  });

  test('tells the rate of the pictures where the container does', () => {
    expect(parse([{ ...video, avg_frame_rate: '30000/1001' }]).frameRate).toBeCloseTo(29.97, 3);
    for (const unknown of ['0/0', '25/0', 'N/A', undefined]) {
      expect(parse([{ ...video, avg_frame_rate: unknown }])).not.toHaveProperty('frameRate');
    }
    const cover = { ...video, avg_frame_rate: '25/1', disposition: { attached_pic: 1 } };
    expect(parse([cover])).not.toHaveProperty('frameRate');
  });
});
