import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeArguments,
  encodeFlacArguments,
  probeArguments,
} from '../../../../src/adapters/ffmpeg/arguments.ts';

const inputs = (programArguments: string[]): { name: string; before: string[] }[] =>
  programArguments.flatMap((argument, index) =>
    argument === '-i'
      ? [{ name: programArguments[index + 1] ?? '', before: programArguments.slice(0, index) }]
      : [],
  );

const valueOf = (programArguments: string[], option: string): string | undefined =>
  programArguments[programArguments.indexOf(option) + 1];

const commands = (filePath: string): string[][] => [
  decodeArguments({ filePath }, false),
  decodeArguments({ filePath }, true),
  decodeArguments('stdin', false),
  encodeFlacArguments(),
  probeArguments(filePath),
];

describe('ffmpeg and ffprobe command lines', () => {
  test('name one input each, and it may use no protocol but its own', () => {
    for (const command of commands('/media/talk.mp4')) {
      const [input, ...others] = inputs(command);
      expect(others).toEqual([]);
      const protocol = input?.name.split(':')[0] ?? '';
      expect(['file', 'pipe']).toContain(protocol);
      expect(valueOf(input?.before ?? [], '-protocol_whitelist')).toBe(protocol);
    }
  });

  test('allow no demuxer that opens further files, before every input that strangers made', () => {
    for (const command of [probeArguments('/a'), decodeArguments({ filePath: '/a' }, true)]) {
      const whitelist = (valueOf(inputs(command)[0]?.before ?? [], '-format_whitelist') ?? '').split(',');
      expect(whitelist).toEqual(expect.arrayContaining(['mov', 'matroska', 'mp3', 'ogg']));
      for (const name of ['hls', 'concat', 'dash', 'image2', 'lavfi', 'srt', 'sdp', 'rtsp']) {
        expect(whitelist).not.toContain(name);
      }
    }
  });

  test('pass any file name as one argument that is no option', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        for (const command of [
          decodeArguments({ filePath: `/${name}` }, false),
          probeArguments(`/${name}`),
        ]) {
          expect(inputs(command).map((input) => input.name)).toContain(`file:/${name}`);
        }
      }),
    );
  });

  test('count the picture in the clock only where tracks start apart', () => {
    expect(decodeArguments('stdin', true).join(' ')).toContain('-map 0:v?');
    expect(decodeArguments('stdin', false).join(' ')).not.toContain('0:v');
  });
});
