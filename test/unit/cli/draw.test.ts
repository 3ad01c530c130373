import { STAGES } from '../../../src/domain/job.ts';
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { drawAdvice, drawJob, drawJobLine, tableText } from '../../../src/cli/terminal/draw.ts';
import { jobStatus } from '../../support/job-status.ts';

const canvas = { columns: 80, nowMs: Date.parse('2026-11-22T12:01:30.000Z'), frame: 0 };

describe('the picture of a job', () => {
  test('has a bar for each stage under way, with its share', () => {
    const lines = stripVTControlCharacters(drawJob('talk.mp4', jobStatus(), canvas)).split('\n');
    expect(lines[0]).toBe('talk.mp4  job_01m82gm64te8ja5amz689k0t54');
    expect(lines).toContain('  ⠋ acquire     ██████████████████░░░░░░  75 %  7:30 of audio');
    expect(lines).toContain('  ⠋ transcribe  ██████░░░░░░░░░░░░░░░░░░  25 %  1/3+ chunks');
    expect(lines.at(-1)).toBe('  42 % · 1 min 30 s elapsed');
  });

  test('names a job by its title where it was asked for by its id', () => {
    const { jobId } = jobStatus();
    const headers = ['A talk', null].map((title) => drawJob(jobId, jobStatus({ title }), canvas));
    expect(headers.map((drawn) => stripVTControlCharacters(drawn).split('\n')[0])).toEqual([
      `A talk  ${jobId}`,
      jobId,
    ]);
  });

  test.each([20, 40, 80, 200])('fits a terminal of %d columns, whatever the title', (columns) => {
    const title = '長い題名の講演 '.repeat(20);
    const lines = drawJob('talk.mp4', jobStatus({ title }), { ...canvas, columns }).split('\n');
    for (const line of lines) expect(stringWidth(line)).toBeLessThan(columns);
    const line = drawJobLine('x'.repeat(60), jobStatus({ title }), 30, { ...canvas, columns });
    expect(stringWidth(line)).toBeLessThan(columns);
  });

  test('lets no title and no message of a tool control the terminal', () => {
    const evil = 'A\u001b[2Jtalk\u0007\r\nof two\u009b31m lines';
    const error = { code: 'CorruptMedia', message: evil, stage: 'acquire' } as const;
    const status = jobStatus({ title: evil, stage: 'acquire', status: 'failed', error });
    const drawn = [drawJob(evil, status, canvas), ...drawAdvice(status)].join('\n');
    // Colours are ours; nothing else may be left.
    expect(drawn.replace(/\u001b\[\d+m/g, '')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(drawn.split('\n')).toHaveLength(STAGES.length + 4);
  });

  test('says what is wrong and what to do', () => {
    const error = { code: 'DiskFull', message: 'No space is left.', stage: 'acquire' } as const;
    const advice = drawAdvice(jobStatus({ status: 'needs_attention', error })).map(stripVTControlCharacters);
    expect(advice).toEqual([
      '  DiskFull  No space is left.',
      '  Free space below CLIPSCRIBE_HOME, then retry the job.',
    ]);
  });
});

describe('a table', () => {
  test('keeps its columns where names take two columns a letter', () => {
    const rows = tableText([
      ['VIDEO', 'LENGTH'],
      ['会議の録音', '1:00'],
      ['talk', '2:00'],
    ]).split('\n');
    const before = (row: string) => stringWidth(row.slice(0, row.search(/LENGTH|\d:/)));
    expect(rows.map(before)).toEqual([12, 12, 12]);
  });
});
