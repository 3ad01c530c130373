import { describe, expect, it } from 'vitest';
import { createLogger } from '../../../../src/adapters/pino/create-logger.ts';
import { temporalLogger } from '../../../../src/adapters/temporal/temporal-logger.ts';
import { ClipScribeError } from '../../../../src/domain/errors.ts';

const SECRET = '5ec3e75ec3e7';

/** A log, and the lines that came of it. */
function kept(): { logger: ReturnType<typeof createLogger>; lines: string[] } {
  const lines: string[] = [];
  const logger = createLogger('debug', { role: 'all' }, { write: (line) => void lines.push(line) });
  return { logger, lines };
}

const only = (lines: string[]): Record<string, unknown> => {
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '') as Record<string, unknown>;
};

describe('a line of the log', () => {
  it('tells code, message and stack of an error, and nothing that a library has put on it', () => {
    const { logger, lines } = kept();
    const cause = Object.assign(new Error(`GET http://u:${SECRET}@h/a?sig=${SECRET}`), {
      config: { auth: SECRET },
    });
    const error = Object.assign(
      new ClipScribeError('VideoUnavailable', `There is no https://h/a.mp4?sig=${SECRET} there`, { cause }),
      { requestBody: SECRET, headers: { 'x-api-key': SECRET } },
    );
    logger.error({ error }, `At https://u:${SECRET}@h/`);
    expect(lines.join('')).not.toContain(SECRET);
    expect(only(lines)).toMatchObject({
      msg: 'At https://h/',
      error: {
        type: 'ClipScribeError',
        code: 'VideoUnavailable',
        message: 'There is no https://h/a.mp4 there: GET http://h/a',
        stack: expect.stringContaining('create-logger.test') as string,
      },
    });
  });

  it.each([
    [{ token: SECRET }],
    [{ request: { authorization: SECRET } }],
    [{ a: { headers: { cookie: SECRET } } }],
    [{ mail: { password: SECRET } }],
  ])('hides fields by their names: %j', (fields) => {
    const { logger, lines } = kept();
    logger.info(fields, 'something');
    expect(lines.join('')).not.toContain(SECRET);
    expect(lines.join('')).toContain('[Redacted]');
  });

  it('of a step names job, stage, queue, user and attempt, and not the credential of the step', () => {
    const { logger, lines } = kept();
    temporalLogger(logger).warn('Activity failed', {
      ...{ workflowType: 'videoIntelligence', workflowId: 'job_1', activityType: 'acquireAudio' },
      ...{ taskQueue: 'clipscribe-short', attempt: 2, user: 'user_1', taskToken: SECRET },
    });
    expect(lines.join('')).not.toContain(SECRET);
    expect(only(lines)).toMatchObject({
      ...{ role: 'all', job: 'job_1', stage: 'acquireAudio', queue: 'clipscribe-short' },
      ...{ user: 'user_1', attempt: 2, msg: 'Activity failed' },
    });
  });

  it('of a workflow that is no job names none', () => {
    const { logger, lines } = kept();
    temporalLogger(logger).debug('Workflow completed', { workflowType: 'checkAlerts', workflowId: 'alerts' });
    const line = only(lines);
    expect(line).toMatchObject({ workflowId: 'alerts' });
    expect(line).not.toHaveProperty('job');
  });
});
