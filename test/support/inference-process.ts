import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { OwnedProcess } from './owned-process.ts';
import { testFolder } from './test-folder.ts';
import { tools } from './tools.ts';

export interface InferenceServer {
  url: string;
  key: string;
  close: () => Promise<void>;
}

/** The real model server with the installed models, as a server that workers reach by address. */
export async function startInferenceServer(): Promise<InferenceServer> {
  const key = randomBytes(24).toString('hex');
  const server = new OwnedProcess(
    'the model server',
    [tools.python, '-m', 'clipscribe_inference', '--models-directory', tools.modelsDirectory],
    {
      folder: fileURLToPath(new URL('../../inference/', import.meta.url)),
      environment: {
        PATH: process.env['PATH'],
        HOME: testFolder(),
        PYTHONDONTWRITEBYTECODE: '1',
        CLIPSCRIBE_INFERENCE_KEY: key,
      },
    },
  );
  const [, port] = await server.untilOutput(/\{"port": (\d+)\}/);
  return {
    url: `http://127.0.0.1:${port}`,
    key,
    close: async () => {
      await server.end('SIGTERM');
    },
  };
}
