import { describe, expect, it } from 'vitest';
import { parseOutputLine } from '../../../../src/adapters/yt-dlp/output-lines.ts';

describe('parseOutputLine', () => {
  it('reads progress, with an estimate where the size is not known', () => {
    const line =
      'PROGRESS {"status": "downloading", "downloaded_bytes": 1024, "total_bytes_estimate": 797120.4, "tmpfilename": "source-hls.mp4.part"}';
    expect(parseOutputLine(line)).toEqual({
      kind: 'progress',
      progress: { receivedBytes: 1024, totalBytes: 797120 },
      growingPath: 'source-hls.mp4.part',
    });
  });

  it('knows no growing file once the download has finished', () => {
    const line =
      'PROGRESS {"status": "finished", "downloaded_bytes": 9, "total_bytes": 9, "filename": "source-0.mp4"}';
    expect(parseOutputLine(line)).toMatchObject({ kind: 'progress', growingPath: null });
  });

  it('reads what was chosen and what was saved', () => {
    expect(parseOutputLine('CHOSEN {"is_live": true, "filesize_approx": 7.6}')).toEqual({
      kind: 'chosen',
      isLive: true,
      expectedBytes: 8,
    });
    expect(parseOutputLine('SAVED "/work/source-0.mp4"')).toEqual({
      kind: 'saved',
      filePath: '/work/source-0.mp4',
    });
  });

  it.each(['', '[download] 5%', 'PROGRESS', 'PROGRESS {"status"', 'PROGRESS []', 'SAVED 7', 'SAVED ""'])(
    'passes over %j',
    (line) => {
      expect(parseOutputLine(line)).toBeUndefined();
    },
  );
});
