import { describe, expect, it } from 'vitest';
import { checkMediaFacts, checkVideoMetadata } from '../../../src/domain/media-check.ts';
import type { MediaFacts, VideoMetadata } from '../../../src/domain/media.ts';

const limits = { maximumDurationSeconds: 6 * 3600 };

const facts: MediaFacts = {
  format: 'mov,mp4,m4a,3gp,3g2,mj2',
  durationSeconds: 60,
  hasAudio: true,
  hasVideo: true,
  audioCodec: 'aac',
  title: null,
};

const metadata: VideoMetadata = {
  id: null,
  title: 'Talk',
  url: 'https://example.org/talk',
  channel: null,
  durationSeconds: 60,
  language: null,
  uploadedAt: null,
  chapters: [],
  thumbnailUrl: null,
  isLive: false,
  fingerprint: null,
  ageLimit: null,
};

describe('checkMediaFacts', () => {
  it('lets media with audio, with video only, and of unknown duration pass', () => {
    expect(checkMediaFacts(facts, limits)).toBeUndefined();
    expect(checkMediaFacts({ ...facts, hasAudio: false, audioCodec: null }, limits)).toBeUndefined();
    expect(checkMediaFacts({ ...facts, durationSeconds: null }, limits)).toBeUndefined();
    expect(checkMediaFacts({ ...facts, durationSeconds: 6 * 3600 }, limits)).toBeUndefined();
  });

  it('refuses a file with neither audio nor video', () => {
    expect(checkMediaFacts({ ...facts, hasAudio: false, hasVideo: false }, limits)?.code).toBe(
      'UnsupportedMedia',
    );
  });

  it('refuses media longer than the limit and names both durations', () => {
    const error = checkMediaFacts({ ...facts, durationSeconds: 7 * 3600 + 61 }, limits);
    expect(error?.code).toBe('MediaTooLarge');
    expect(error?.message).toBe('The media runs for 7:01:01, more than the limit of 6:00:00.');
  });
});

describe('a tier', () => {
  const longestVideo = { tier: 'alpha', seconds: 3600 } as const;
  const durationOf = (durationSeconds: number) =>
    checkMediaFacts({ ...facts, durationSeconds }, { ...limits, longestVideo });

  it('refuses what is longer than it allows, by a message that names both and the tier', () => {
    const error = durationOf(5400);
    expect(error?.code).toBe('QuotaExceeded');
    expect(error?.message).toBe(
      'The video runs for 1:30:00, and the tier alpha allows 1:00:00 for one video.',
    );
    expect(
      checkVideoMetadata({ ...metadata, durationSeconds: 5400 }, { ...limits, longestVideo })?.code,
    ).toBe('QuotaExceeded');
  });

  it('does not count part of a second, which encoders add and pages leave out', () => {
    expect(durationOf(3600.9)).toBeUndefined();
    expect(durationOf(3601)?.code).toBe('QuotaExceeded');
  });

  it('allows no more than the installation', () => {
    expect(
      checkMediaFacts(
        { ...facts, durationSeconds: 30_000 },
        { ...limits, longestVideo: { tier: 'enterprise', seconds: 86_400 } },
      )?.code,
    ).toBe('MediaTooLarge');
  });
});

describe('checkVideoMetadata', () => {
  it('lets a recording pass', () => {
    expect(checkVideoMetadata(metadata, limits)).toBeUndefined();
  });

  it('refuses a live stream and a recording that is too long', () => {
    expect(checkVideoMetadata({ ...metadata, isLive: true, durationSeconds: null }, limits)?.code).toBe(
      'LiveStream',
    );
    expect(checkVideoMetadata({ ...metadata, durationSeconds: 30_000 }, limits)?.code).toBe('MediaTooLarge');
  });
});
