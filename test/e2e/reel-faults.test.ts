import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TASK_QUEUES } from '../../src/contracts/task-queues.ts';
import { reelSettingsSchema } from '../../src/domain/reel.ts';
import type { ReelStitchInput } from '../../src/contracts/reel-stitch.ts';
import { activitiesOf } from '../support/job-history.ts';
import { makeMedia } from '../support/make-media.ts';
import { MediaServer } from '../support/media-server.ts';
import { stillRunning } from '../support/owned-process.ts';
import { encoderOf, ReelHome, ReelStack, type StackReel } from '../support/reel-stack.ts';
import { testFolder } from '../support/test-folder.ts';
import { until } from '../support/until.ts';

const { short, long } = TASK_QUEUES;
/** A worker whose files may have 60 KiB at most; what is larger meets EFBIG, as on a disk that has no room. */
const WITH_SMALL_FILES = ['/bin/sh', '-c', 'trap "" XFSZ; ulimit -S -f 120; exec "$@"', 'sh'];

describe('a reel whose surroundings fail', () => {
  const folder = testFolder();
  const clips: { locator: { kind: 'file'; path: string } }[] = [];
  let stack: ReelStack;
  /** The hash of the reel that nothing disturbs. */
  let undisturbed: string;

  /** One step after the other, if not said otherwise, and every picture has to be encoded. */
  const submit = (
    wanted: Parameters<ReelStack['submit']>[0] = clips,
    policy: ReelStitchInput['policy'] = { concurrency: 1 },
  ): Promise<StackReel> => {
    const settings = reelSettingsSchema.parse({ compression: 'fast', orientation: 'square' });
    return stack.submit(wanted, { settings, policy });
  };

  const expectSameReel = async (reel: StackReel): Promise<void> => {
    const { reel: made, notices } = await reel.handle.result();
    expect(made.sha256).toBe(undisturbed);
    expect(notices).toEqual([]);
  };

  beforeAll(async () => {
    for (const name of ['first', 'second', 'third']) {
      // A picture of so few bits that the encoder gives the same bytes each time; sound that nothing makes small.
      const picture = `testsrc2=s=320x240:r=25:d=2`;
      const sound = `anoisesrc=d=2:a=0.2:r=48000`;
      const inputs = ['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', sound];
      const path = join(folder, `${name}.mp4`);
      await makeMedia(path, ...inputs, '-c:v', 'mpeg4', '-c:a', 'aac');
      clips.push({ locator: { kind: 'file', path } });
    }
    stack = await ReelStack.start();
    const home = new ReelHome();
    await stack.worker(home);
    undisturbed = (await (await submit()).handle.result()).reel.sha256;
    expect(home.encoded()).toEqual(['first', 'second', 'third']);
    await stack.reset();
  });

  afterEach(() => stack.reset());

  afterAll(() => stack?.close());

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'encodes only the part in hand again when its worker ends by %s',
    async (signal) => {
      const home = new ReelHome();
      home.hold('second');
      const first = await stack.worker(home);
      const reel = await submit();
      await encoderOf(first, home, 'second');
      const children = await first.children();
      const killed = signal === 'SIGKILL';
      expect(await first.end(signal)).toEqual({ code: killed ? null : 0, signal: killed ? signal : null });
      await until(async () => (await stillRunning(children)).length === 0);
      // A worker that is told to stop leaves no half of a part; what a killed one leaves the next one finds.
      expect(home.unfinished().length).toBe(killed ? 1 : 0);
      home.release();
      await stack.worker(home);
      await expectSameReel(reel);
      expect(home.encoded()).toEqual(['first', 'second', 'second', 'third']);
      expect(home.leftovers()).toEqual([]);
    },
  );

  it('leaves nothing on a host whose worker was killed, though another host has finished the reel', async () => {
    const crashed = new ReelHome();
    const other = new ReelHome({ sharing: crashed });
    crashed.hold('second');
    const first = await stack.worker(crashed);
    const reel = await submit();
    await encoderOf(first, crashed, 'second');
    await first.end('SIGKILL');
    await stack.worker(other);
    await expectSameReel(reel);
    expect(other.encoded()).toEqual(['second', 'third']);
    expect(other.leftovers()).toEqual([]);
    expect(crashed.unfinished().length).toBe(1);
    await stack.worker(crashed);
    await until(() => crashed.leftovers().length === 0);
  });

  it('ends its encoder and removes its files when it is cancelled', async () => {
    const home = new ReelHome();
    home.hold('second');
    const worker = await stack.worker(home);
    const reel = await submit();
    const encoder = await encoderOf(worker, home, 'second');
    await reel.handle.cancel();
    expect(await reel.end()).toEqual({ state: 'cancelled', code: null });
    expect((await worker.children()).map(({ pid }) => pid)).not.toContain(encoder.pid);
    expect(home.encoded()).toEqual(['first', 'second']);
    expect(home.leftovers()).toEqual([]);
    expect(worker.running).toBe(true);
  });

  it.each([
    ['whose disk is full', { launcher: WITH_SMALL_FILES }],
    ['whose memory is too small for the encoder', { beforeEncoding: 'ulimit -v 300000' }],
  ])(
    'goes on on bigger hosts after one %s, which keeps nothing of it',
    async (_why, { launcher, ...home }: { launcher?: string[]; beforeEncoding?: string }) => {
      const small = new ReelHome(home);
      const big = new ReelHome({ sharing: small });
      await small.keepWorkflowCode();
      await stack.worker(small, { role: 'short', ...(launcher && { launcher }) });
      const reel = await submit();
      await until(async () => (await reel.progress()).route === 'long');
      expect(small.encoded()).toEqual(['first']);
      expect(small.unfinished()).toEqual([]);
      await stack.worker(big, { role: 'long' });
      await expectSameReel(reel);
      expect(big.encoded()).toEqual(['first', 'second', 'third']);
      expect([...small.leftovers(), ...big.leftovers()]).toEqual([]);
    },
  );

  it('goes on on bigger hosts when the system ends its encoder for its memory', async () => {
    const small = new ReelHome();
    const big = new ReelHome({ sharing: small });
    small.hold('second');
    const worker = await stack.worker(small, { role: 'short' });
    const reel = await submit();
    const { pid } = await encoderOf(worker, small, 'second');
    // What the kernel does to it.
    process.kill(pid, 'SIGKILL');
    await stack.worker(big, { role: 'long' });
    await expectSameReel(reel);
    expect([small.encoded(), big.encoded()]).toEqual([
      ['first', 'second'],
      ['second', 'third'],
    ]);
    const parts = activitiesOf(await reel.handle.fetchHistory()).filter(({ name }) => name === 'encodePart');
    expect(parts.map(({ taskQueue, ended }) => [taskQueue, ended])).toEqual([
      [short, 'completed'],
      [short, 'failed'],
      [long, 'completed'],
      [long, 'completed'],
    ]);
    expect([...small.leftovers(), ...big.leftovers()]).toEqual([]);
  });

  it('leaves a damaged clip out, and says so', async () => {
    const home = new ReelHome();
    await stack.worker(home);
    const whole = readFileSync(clips[1]!.locator.path);
    const path = join(folder, 'damaged.mp4');
    writeFileSync(path, whole.subarray(0, whole.length / 2));
    const reel = await submit([{ locator: { kind: 'file', path }, name: 'damaged.mp4' }, ...clips]);
    const { reel: made, notices } = await reel.handle.result();
    expect(made.sha256).toBe(undisturbed);
    expect(notices).toEqual([expect.stringMatching(/^Clip 1 \(damaged\.mp4\) was left out: .* no index/)]);
    expect(home.leftovers()).toEqual([]);
  });

  it.each([401, 403])('fails at once where a storage answers %s, and leaves nothing', async (status) => {
    const site = await new MediaServer().start();
    try {
      const refusal = '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>';
      site.pages.set('/clips/refused.mp4', (_request, response) => {
        response.writeHead(status, { 'content-type': 'application/xml' }).end(refusal);
      });
      site.files.set('/slow.mp4', { filePath: clips[0]!.locator.path, stallAfterBytes: 1 });
      const home = new ReelHome();
      await stack.worker(home, {
        settings: {
          CLIPSCRIBE_STORAGE_URL: 's3://results/clipscribe',
          CLIPSCRIBE_STORAGE_ENDPOINT: site.url('/'),
          ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test-key', AWS_SECRET_ACCESS_KEY: 'test-secret' },
        },
      });
      const refused = { kind: 'bucket', store: 's3', bucket: 'clips', key: 'refused.mp4' } as const;
      const slow = { kind: 'url', url: site.url('/slow.mp4') } as const;
      const reel = await submit([{ locator: slow }, { locator: refused }], { concurrency: 2 });
      expect(await reel.end()).toEqual({ state: 'failed', code: 'StorageDenied' });
      const tries = site.requests.filter((request) => request.includes('refused.mp4'));
      expect(tries.length).toBe(1);
      expect(home.leftovers()).toEqual([]);
    } finally {
      await site.close();
    }
  });
});
