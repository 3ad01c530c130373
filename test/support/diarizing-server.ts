import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readForm } from './read-form.ts';
import { testFolder } from './test-folder.ts';
import { tools } from './tools.ts';
import { unlessGone } from './unless-gone.ts';

/** Pauses between turns are longer than this, those within shorter. */
const PAUSE_SECONDS = 1;

/**
 * OpenAI's transcription API with diarized answers, over real HTTP, for audio in which two people speak in turn with
 * long pauses between. As there, names begin anew in each file: whoever speaks first is `A`.
 */
export class DiarizingServer {
  readonly key = 'sk-diarizing-0123456789';
  /** How many turns each file had. */
  readonly turnCounts: number[] = [];
  readonly #folder = testFolder();
  #fileCount = 0;
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch(unlessGone(request));
  });

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get settings(): Record<string, string> {
    return {
      CLIPSCRIBE_TRANSCRIPTION_URL: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`,
      CLIPSCRIBE_TRANSCRIPTION_KEY: this.key,
      CLIPSCRIBE_TRANSCRIPTION_PRICE: '0.6',
    };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { fields, file } = await readForm(request);
    const send = (status: number, document: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(document));
    };
    if (request.headers.authorization !== `Bearer ${this.key}`)
      return send(401, { error: { message: 'Incorrect API key provided.', code: 'invalid_api_key' } });
    if (fields['response_format']?.[0] !== 'diarized_json' || file === undefined)
      return send(400, { error: { message: 'Ask for diarized_json.', code: null } });
    // Requests come side by side.
    const path = join(this.#folder, `${(this.#fileCount += 1)}.flac`);
    await writeFile(path, file);
    const turns = await spokenTurns(path);
    this.turnCounts.push(turns.length);
    const segments = turns.map((turn, index) => ({
      ...{ type: 'transcript.text.segment', id: `seg_${index}`, ...turn },
      ...{ speaker: index % 2 === 0 ? 'A' : 'B', text: ` This is what was said in turn ${index + 1}.` },
    }));
    send(200, { task: 'transcribe', text: segments.map(({ text }) => text).join(''), segments });
  }
}

/** Where it is loud, by ffmpeg's own ear. */
async function spokenTurns(path: string): Promise<{ start: number; end: number }[]> {
  const filter = `silencedetect=noise=-45dB:d=${PAUSE_SECONDS}`;
  const { stderr } = await promisify(execFile)(tools.ffmpeg, ['-i', path, '-af', filter, '-f', 'null', '-']);
  const timesOf = (name: string): number[] =>
    [...stderr.matchAll(new RegExp(`${name}: (-?[\\d.]+)`, 'g'))].map((match) => Number(match[1]));
  const [silences, sounds] = [timesOf('silence_start'), timesOf('silence_end')];
  const [hours, minutes, seconds] = (/Duration: ([\d:.]+)/.exec(stderr)?.[1] ?? '').split(':').map(Number);
  const length = (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
  // Sound may begin or end with the file itself.
  const starts = (silences[0] ?? Infinity) > 0.1 ? [0, ...sounds] : sounds;
  return starts
    .map((start) => ({ start, end: silences.find((silence) => silence > start) ?? length }))
    .filter(({ start, end }) => end - start > 0.3);
}
