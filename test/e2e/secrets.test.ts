import { randomBytes } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job, JobStatus } from '../../src/api/jobs/job-schemas.ts';
import { ApiProcess } from '../support/api-process.ts';
import { fakeTranslator } from '../support/fake-translation.ts';
import { LanguageModelServer } from '../support/language-model-server.ts';
import { MailServer } from '../support/mail-server.ts';
import { makeMedia } from '../support/make-media.ts';
import { MediaServer } from '../support/media-server.ts';
import { Stack, type TestHome } from '../support/stack.ts';
import { makeTalk, talkInput } from '../support/talk.ts';
import { testFolder } from '../support/test-folder.ts';
import { textOf } from '../support/text-of.ts';
import { until } from '../support/until.ts';
import { WebhookReceiver } from '../support/webhook-receiver.ts';
import type { WorkerProcess } from '../support/worker-process.ts';

/** Hexadecimal, so that no encoding of addresses or JSON hides it; 32 bytes, as keys are. */
const canary = (): string => randomBytes(32).toString('hex');

const canaries = {
  adminToken: canary(),
  secretKey: canary(),
  mailPassword: canary(),
  transcriptSignature: canary(),
  pageSignature: canary(),
  clipSignature: canary(),
  batchSignature: canary(),
  webhookAddress: canary(),
  password: canary(),
  // Made by the system itself.
  modelKey: '',
  token: '',
  webhookSecret: '',
};
/** No secrets: they prove that the search finds what there is. */
const control = { name: `talk-${canary()}`, request: canary(), planted: canary() };

/** Where secrets may not be. */
const PLACES = ['API log', 'worker log', 'histories', 'answers', 'metrics', 'files', 'database'] as const;
/** What is there. */
type Places = Record<(typeof PLACES)[number], string>;

/** In the clear, and in base64 wherever it stands in what was encoded: without the letters that neighbours share. */
const formsOf = (text: string): string[] => [
  text,
  ...[0, 1, 2].map((before) => {
    const encoded = Buffer.from(' '.repeat(before) + text).toString('base64');
    return encoded.slice(before === 0 ? 0 : 4, -4);
  }),
];

/** Everywhere that something is found. */
const placesOf = (places: Places, text: string): string[] => {
  const forms = formsOf(text);
  return Object.entries(places)
    .filter(([, content]) => forms.some((form) => content.includes(form)))
    .map(([place]) => place);
};

describe('secrets that the whole system was given', () => {
  const site = new MediaServer();
  const model = new LanguageModelServer(fakeTranslator);
  let stack: Stack;
  let home: TestHome;
  let mails: MailServer;
  let receiver: WebhookReceiver;
  let api: ApiProcess;
  let worker: WorkerProcess;
  let places: Places;
  /** What the files hold that may hold an address, by their path in the artifact store. */
  let keptAddresses: Record<string, string>;
  let expectedAddresses: Record<string, string>;
  let completed: Job;
  let failed: Job;
  /** The job of the batch's one video. */
  let listedId: string;

  const call = async (
    method: string,
    path: string,
    { body, token = canaries.adminToken }: { body?: object; token?: string } = {},
  ): Promise<string> => {
    const answer = await fetch(new URL(path, api.address), {
      method,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        'x-request-id': control.request,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return answer.text();
  };
  const untilEnd = <Ended extends Pick<JobStatus, 'status'> = JobStatus>(path: string): Promise<Ended> =>
    until(async () => {
      const status = JSON.parse(await call('GET', path, { token: canaries.token })) as Ended;
      return ['completed', 'failed'].includes(status.status) && status;
    }, 1000);

  beforeAll(async () => {
    const talk = await makeTalk({ seconds: 8, pauseSeconds: 0.5 });
    const filePath = await makeMedia(join(testFolder(), 'talk.mp3'), ...talkInput(talk));
    const clipPath = await makeMedia(
      join(testFolder(), 'clip.mp4'),
      ...['-f', 'lavfi', '-i', 'testsrc2=s=160x120:r=10', '-t', '2', '-c:v', 'mpeg4'],
    );
    [stack, mails, receiver] = await Promise.all([
      Stack.start(),
      MailServer.start(),
      WebhookReceiver.start(),
      site.start(),
      model.start(),
    ]);
    home = stack.home();
    const settings = { CLIPSCRIBE_LOG_LEVEL: 'debug', ...model.settings };
    canaries.modelKey = model.key;
    [worker, api] = await Promise.all([
      stack.worker(home, { settings }),
      ApiProcess.start({
        home: home.path,
        temporalAddress: stack.temporal.address,
        settings: {
          ...settings,
          CLIPSCRIBE_ALLOW_PRIVATE_ADDRESSES: 'true',
          CLIPSCRIBE_ADMIN_TOKEN: canaries.adminToken,
          CLIPSCRIBE_SECRET_KEY: canaries.secretKey,
          // The server knows no user: every mail fails.
          CLIPSCRIBE_SMTP_URL: mails.url.replace('://', `://clips:${canaries.mailPassword}@`),
          CLIPSCRIBE_MAIL_FROM: 'clips@example.org',
        },
      }),
    ]);
    const made = await call('POST', '/api/admin/tokens', {
      body: { email: 'ada@example.org', tier: 'researcher' },
    });
    canaries.token = (JSON.parse(made) as { token: string }).token;
    const hook = receiver.url(`/hook?token=${canaries.webhookAddress}`);
    receiver.answers.set(new URL(hook).pathname + new URL(hook).search, { status: 500 });
    const webhook = await call('POST', '/api/webhooks', { body: { url: hook }, token: canaries.token });
    canaries.webhookSecret = (JSON.parse(webhook) as { secret: string }).secret.replace('whsec_', '');

    site.files.set(`/${control.name}.mp3`, { filePath, contentType: 'audio/mpeg' });
    const audio = `${site.url(`/${control.name}.mp3`)}?X-Amz-Signature=${canaries.transcriptSignature}`;
    const page = `${site.page('/watch', '<title>Nothing here</title>')}?sig=${canaries.pageSignature}`;
    const listed = `${audio.replace(/\?.*/, '')}?token=${canaries.batchSignature}`;
    site.files.set('/clip.mp4', { filePath: clipPath, contentType: 'video/mp4' });
    const clip = `${site.url('/clip.mp4')}?X-Amz-Signature=${canaries.clipSignature}`;
    const withPassword = audio.replace('://', `://user:${canaries.password}@`);
    const submit = async <Submitted extends { id: string } = Job>(
      body: object,
      path = '/api/jobs',
    ): Promise<Submitted> =>
      JSON.parse(await call('POST', path, { body, token: canaries.token })) as Submitted;
    const answers = [await call('POST', '/api/jobs', { body: { url: withPassword }, token: canaries.token })];
    [completed, failed] = await Promise.all([
      submit({ url: audio, translateTo: 'de', notifyEmail: 'ada@example.org' }),
      submit({ url: page }),
    ]);
    const reel = await submit({ clips: [{ source: clip }, { source: clip, end: 1 }] }, '/api/reels');
    const batch = await submit({ urls: [listed] }, '/api/batches');
    const ofJobs = [completed, failed, reel].map(({ id }) => `/api/jobs/${id}/status`);
    const ends = await Promise.all([...ofJobs, `/api/batches/${batch.id}`].map((path) => untilEnd(path)));
    expect(ends.map(({ status }) => status)).toEqual(['completed', 'failed', 'completed', 'completed']);
    const items = await call('GET', `/api/batches/${batch.id}/items`, { token: canaries.token });
    listedId = (JSON.parse(items) as { items: [{ jobId: string }] }).items[0].jobId;
    answers.push(items, await call('GET', `/api/batches/${batch.id}`, { token: canaries.token }));
    expect(model.requests.length).toBeGreaterThan(0);
    await until(() => receiver.received.length > 0);
    await until(() => api.output.includes('The mail server refused'));
    // A job is told to have ended before its files are where they stay.
    for (const id of [completed.id, failed.id, reel.id, listedId])
      await stack.client.workflow
        .getHandle(id)
        .result()
        .catch(() => undefined);
    const hasEnded = (message: string): boolean =>
      worker.output
        .split('\n')
        .some((line) => line.includes(message) && line.includes('"videoIntelligence"'));
    await until(() => hasEnded('Workflow completed') && hasEnded('Workflow failed'));

    for (const { id } of [completed, failed, reel, { id: listedId }]) {
      for (const path of ['', '/status', '/artifacts'])
        answers.push(await call('GET', `/api/jobs/${id}${path}`, { token: canaries.token }));
    }
    const histories: string[] = [];
    for await (const { workflowId, runId } of stack.client.workflow.list()) {
      histories.push(textOf(await stack.client.workflow.getHandle(workflowId, runId).fetchHistory()));
    }
    const metrics = (await call('GET', '/metrics')) + (await worker.metrics());
    // Nobody writes or removes what is read now.
    await Promise.all([api.kill(), worker.end()]);
    const [user] = await readdir(join(home.folders.artifacts, 'archive', 'completed'));
    const archived = `archive/completed/${user}`;
    // Workers fetch by the address that they were given: it may stand in these files, and nowhere else.
    expectedAddresses = {
      [`${archived}/${completed.id}/address`]: audio,
      [`${archived}/${listedId}/address`]: listed,
      [`${archived}/${reel.id}/address-0`]: clip,
      [`${archived}/${reel.id}/address-1`]: clip,
      [`jobs/${user}/${failed.id}/address`]: page,
    };
    const files = globSync('**/*', { cwd: home.folders.artifacts, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry): [string, string] => {
        const path = join(entry.parentPath, entry.name);
        return [relative(home.folders.artifacts, path), readFileSync(path, 'utf8')];
      });
    const mayHold = ([path]: [string, string]): boolean => Object.hasOwn(expectedAddresses, path);
    keptAddresses = Object.fromEntries(files.filter(mayHold));
    places = {
      'API log': api.output,
      'worker log': worker.output,
      histories: histories.join('\n'),
      answers: answers.join('\n'),
      metrics,
      files: files
        .filter((file) => !mayHold(file))
        .map(([, content]) => content)
        .join('\n'),
      // As its files hold it: tables, indexes, and the log of all that was ever written.
      database: globSync('**/*', { cwd: home.folders.database, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
        .join('\n'),
    };
  });

  afterAll(async () => {
    await api?.close();
    await stack?.close();
    await Promise.all([site.close(), model.close(), mails?.close()]);
    receiver?.close();
  });

  it('are looked for where their like is found', () => {
    expect(placesOf(places, control.request)).toEqual(['API log']);
    expect(placesOf(places, control.name)).toEqual(['histories', 'answers', 'files', 'database']);
    expect(placesOf(places, failed.id)).toEqual(PLACES.filter((place) => place !== 'metrics'));
    expect(placesOf(places, 'clipscribe_step_duration_seconds')).toEqual(['metrics']);
    // The beginnings of both logs are there: nothing was cut off.
    expect(places['API log']).toContain('The API listens');
    expect(places['worker log']).toContain('The worker runs');
  });

  it.each(PLACES)('would be found in: %s', (place) => {
    for (const planted of [control.planted, Buffer.from(`user:${control.planted}`).toString('base64')]) {
      const withPlanted = { ...places, [place]: `${places[place]} ${planted}.` };
      expect(placesOf(withPlanted, control.planted)).toEqual([place]);
    }
  });

  it('are nowhere but in the files that keep the addresses of jobs, and encrypted in the database', () => {
    expect(keptAddresses).toEqual(expectedAddresses);
    expect(Object.keys(canaries)).toHaveLength(12);
    const found = Object.entries(canaries).map(([name, secret]) => [name, placesOf(places, secret)]);
    expect(found).toEqual(Object.keys(canaries).map((name) => [name, []]));
  });

  it('leave the log with job, user, stage, queue and attempt on the lines of every step', () => {
    const lines = places['worker log']
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const jobAndUser = {
      job: expect.stringMatching(new RegExp(`^(${completed.id}|${failed.id}|${listedId})$`)) as string,
      user: expect.stringMatching(/^user_/) as string,
    };
    const ofJobs = lines.filter(({ workflowType }) => workflowType === 'videoIntelligence');
    for (const line of ofJobs) expect(line).toMatchObject(jobAndUser);
    const steps = ofJobs.filter(({ stage }) => stage !== undefined);
    expect(steps.map(({ stage }) => stage)).toEqual(
      expect.arrayContaining(['fetchMetadata', 'acquireAudio', 'transcribeChunk', 'publishResults']),
    );
    for (const step of steps) {
      expect(step).toMatchObject({
        queue: expect.stringMatching(/^clipscribe/) as string,
        attempt: expect.any(Number) as number,
      });
    }
    expect(ofJobs.filter(({ stage }) => stage === undefined).map(({ msg }) => msg)).toEqual(
      expect.arrayContaining(['Workflow started', 'Workflow completed', 'Workflow failed']),
    );
  });
});
