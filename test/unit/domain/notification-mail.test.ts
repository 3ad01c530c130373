import { describe, expect, it } from 'vitest';
import { notificationEventSchema, type NotificationEvent } from '../../../src/domain/notification-event.ts';
import { renderMail } from '../../../src/domain/notification-mail.ts';

const eventOf = (type: NotificationEvent['type'], data: Partial<NotificationEvent['data']> = {}) =>
  notificationEventSchema.parse({
    type,
    timestamp: '2026-01-01T00:00:00Z',
    data: {
      id: 'job_1',
      title: 'A talk',
      resultsUrl: 'https://clips.example.org/api/jobs/job_1/artifacts',
      durationSeconds: 3_723,
      costUsd: 0.125,
      videoCount: 1,
      error: null,
      ...data,
    },
  });

describe('a mail about an event', () => {
  it('says what is done, where the results are and what it cost', () => {
    const { subject, text, html } = renderMail(eventOf('job.complete'));
    expect(subject).toBe('Done: A talk');
    for (const part of [
      '1:02:03',
      '$0.13',
      'https://clips.example.org/api/jobs/job_1/artifacts',
      'clipscribe fetch job_1',
    ]) {
      expect(text).toContain(part);
      expect(html).toContain(part);
    }
  });

  it('says why a job failed', () => {
    const error = { code: 'VideoUnavailable', message: 'The video is private.' };
    const { text, html } = renderMail(eventOf('job.failed', { error, resultsUrl: null }));
    expect(text).toContain('The video is private. (VideoUnavailable)');
    expect(html).toContain('The video is private. (VideoUnavailable)');
    expect(text).not.toContain('Results');
  });

  it('says how to fetch a reel', () => {
    expect(renderMail(eventOf('reel.complete', { id: 'reel_1' })).text).toContain('clipscribe fetch reel_1');
  });

  it('counts the videos of a batch', () => {
    expect(renderMail(eventOf('batch.complete', { id: 'batch_1', videoCount: 50 })).text).toContain(
      'Videos: 50',
    );
  });

  it('names the videos of a batch that failed, and says why', () => {
    const failures = [
      {
        ...{ line: 3, title: 'A <b>talk</b>', jobId: 'job_3' },
        error: { code: 'VideoUnavailable', message: 'The video is private.' },
      },
      { line: 7, title: null, jobId: null, error: null },
    ];
    const { text, html } = renderMail(eventOf('batch.complete', { id: 'batch_1', failures }));
    expect(text).toContain(
      'Line 3, A <b>talk</b> (job_3): The video is private. (VideoUnavailable)\nLine 7: It waits',
    );
    expect(html).toContain('<li>Line 3, A &lt;b&gt;talk&lt;/b&gt; (job_3): The video is private.');
  });

  it('says where a token stands under its ceiling', () => {
    const { subject, text } = renderMail(
      eventOf('cost.warning', { id: 'token_1', title: '$4.10 of $5.00 a day are spent' }),
    );
    expect(subject).toBe('Cost ceiling near: $4.10 of $5.00 a day are spent');
    expect(text).toContain('clipscribe usage');
  });

  it('keeps a hostile title in its place', () => {
    const title = '<script>alert(1)</script>\r\nBcc: x@example.com \u202e' + 'a'.repeat(500);
    const { subject, html } = renderMail(eventOf('job.complete', { title }));
    expect(subject).not.toMatch(/[\r\n\u202e]/);
    expect(subject.length).toBeLessThan(140);
    expect(html).not.toContain('<script>');
    expect(html).toContain('&lt;script&gt;');
  });
});
