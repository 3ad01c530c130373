import { afterAll } from 'vitest';
import {
  InferenceProcess,
  type InferenceProcessOptions,
} from '../../../src/adapters/local-models/inference-process.ts';
import { ModelServerClient } from '../../../src/adapters/local-models/model-server-client.ts';
import { testFolder } from '../../support/test-folder.ts';
import { tools } from '../../support/tools.ts';

export interface Health {
  processId: number;
  decoderProcessId: number | null;
  modelsLoaded: string[];
}

/** A real model server that ends with the test file. */
export function startModelServer(options: Pick<InferenceProcessOptions, 'speakerEncoderFile'> = {}) {
  const inference = new InferenceProcess({
    python: tools.python,
    modelsDirectory: tools.modelsDirectory,
    workDirectory: testFolder(),
    logger: { info: () => undefined, warn: () => undefined },
    ...options,
  });
  const client = new ModelServerClient(inference.endpoint);
  afterAll(async () => {
    await inference.close();
    await client.close();
  });
  const health = async (): Promise<Health> => {
    const { baseUrl } = await inference.endpoint(AbortSignal.timeout(60_000));
    const response = await fetch(`${baseUrl}/health`);
    return (await response.json()) as Health;
  };
  return { inference, client, health };
}
