import { MediaServer } from '../../test/support/media-server.ts';
import { TestHome } from '../../test/support/stack.ts';
import { TemporalProcess } from '../../test/support/temporal-process.ts';
import { WorkerProcess } from '../../test/support/worker-process.ts';
import { Service } from './service.ts';

/**
 * What `clipscribe up` runs, and a site whose videos it may fetch: everything real, the worker with its own model
 * server.
 */
export class LocalStack {
  readonly temporal: TemporalProcess;
  readonly service: Service;
  readonly site: MediaServer;
  readonly #worker: WorkerProcess;
  readonly #home: TestHome;

  private constructor(parts: {
    temporal: TemporalProcess;
    service: Service;
    site: MediaServer;
    worker: WorkerProcess;
    home: TestHome;
  }) {
    this.temporal = parts.temporal;
    this.service = parts.service;
    this.site = parts.site;
    this.#worker = parts.worker;
    this.#home = parts.home;
  }

  static async start(): Promise<LocalStack> {
    const home = new TestHome();
    const temporal = await TemporalProcess.start();
    const [service, worker, site] = await Promise.all([
      Service.start(home, temporal),
      WorkerProcess.start({
        role: 'all',
        home: home.path,
        temporalAddress: temporal.address,
        settings: { CLIPSCRIBE_ALLOW_PRIVATE_ADDRESSES: 'true' },
      }),
      new MediaServer().start(),
    ]);
    return new LocalStack({ temporal, service, site, worker, home });
  }

  /** @returns the file's address */
  serve(path: string, filePath: string, contentType: string): string {
    this.site.files.set(path, { filePath, contentType, etag: `"${path}"` });
    return this.site.url(path);
  }

  async close(): Promise<void> {
    await this.#worker.end('SIGTERM');
    await this.service.close();
    await this.temporal.close();
    await this.site.close();
    this.#home.remove();
  }
}
