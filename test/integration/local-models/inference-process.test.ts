import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { FREE } from '../../../src/domain/model-prices.ts';
import { createHttpSpeechDetector } from '../../../src/adapters/local-models/http-speech-detector.ts';
import { createHttpTranscriber } from '../../../src/adapters/local-models/http-transcriber.ts';
import { InferenceProcess } from '../../../src/adapters/local-models/inference-process.ts';
import { isAlive } from '../../support/is-alive.ts';
import { testFolder } from '../../support/test-folder.ts';
import { tools } from '../../support/tools.ts';
import { speakTexts } from '../../support/spoken-audio.ts';
import { startModelServer, type Health } from './model-server.ts';

const signal = AbortSignal.timeout(170_000);
const logger = { info: () => undefined, warn: () => undefined };

describe('the supervisor of the model server', () => {
  test('wants the key', async () => {
    const { inference } = startModelServer();
    const { baseUrl, key } = await inference.endpoint(signal);
    expect((await fetch(`${baseUrl}/v1/models`)).status).toBe(401);
    expect((await fetch(`${baseUrl}/v1/models`, { headers: { authorization: 'Bearer wrong' } })).status).toBe(
      401,
    );
    expect(
      (await fetch(`${baseUrl}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status,
    ).toBe(200);
  });

  test('fails what is under way when the server is killed, and starts it again for the next call', async () => {
    const { client, health } = startModelServer();
    const audio = await speakTexts([Array.from({ length: 40 }, () => 'The train leaves at nine.').join(' ')]);
    const { processId } = await health();
    const call = createHttpTranscriber(client, { extensions: true, priceUsdPerMinute: FREE })
      .transcribe(audio.flac, {
        model: 'base',
        language: 'en',
        switching: 'never',
        speechRegions: [],
        signal,
        onProgress: () => undefined,
      })
      .catch((error: unknown) => error);
    await vi.waitUntil(async () => (await health()).decoderProcessId !== null, 60_000);
    const { decoderProcessId } = await health();
    process.kill(processId, 'SIGKILL');
    expect(await call).toMatchObject({ code: 'ModelUnavailable' });

    // A call in the instant before the end is noticed fails too; as a step it would be retried.
    const detector = createHttpSpeechDetector(client);
    const { regions } = await vi.waitFor(() => detector.detectSpeech(audio.pcm, { signal }), 60_000);
    expect(regions.length).toBeGreaterThan(0);
    expect((await health()).processId).not.toBe(processId);
    await vi.waitUntil(() => !isAlive(decoderProcessId ?? 0), 30_000);
  });

  test('leaves no process behind when it is closed', async () => {
    const { inference, health } = startModelServer();
    const { processId } = await health();
    await inference.close();
    await vi.waitUntil(() => !isAlive(processId), 30_000);
    await expect(inference.endpoint(signal)).rejects.toMatchObject({ code: 'ModelUnavailable' });
  });

  test('leaves no process behind when its own process is killed', async () => {
    const program = `
      import { InferenceProcess } from ${JSON.stringify(join(import.meta.dirname, '../../../src/adapters/local-models/inference-process.ts'))};
      const inference = new InferenceProcess(${JSON.stringify({ python: tools.python, modelsDirectory: tools.modelsDirectory, workDirectory: testFolder(), preloadModel: 'base', logger: null })});
      inference.warmUp = () => undefined;
      const { baseUrl } = await inference.endpoint(AbortSignal.timeout(100000));
      console.log(await (await fetch(baseUrl + '/health')).text());
      setInterval(() => undefined, 1000);
    `.replace('"logger":null', '"logger":{info(){},warn(){}}');
    const worker = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(worker.stdout.setEncoding('utf8'), 'data')) as [string];
    const { processId, decoderProcessId } = JSON.parse(line) as Health;
    worker.kill('SIGKILL');
    await vi.waitUntil(() => !isAlive(processId) && !isAlive(decoderProcessId ?? 0), 30_000);
  });

  test('names a Python that is not there', async () => {
    const inference = new InferenceProcess({
      ...tools,
      python: '/nowhere/python',
      workDirectory: testFolder(),
      logger,
    });
    await expect(inference.endpoint(signal)).rejects.toMatchObject({ code: 'ToolMissing' });
    await inference.close();
  });
});
