import type { Job, JobStatus } from '../../src/api/jobs/job-schemas.ts';

/** Somebody who uses the API with a token. */
export class LoadUser {
  readonly #address: string;
  readonly #token: string;

  constructor(address: string, token: string) {
    this.#address = address;
    this.#token = token;
  }

  /** @returns the id of the job that was accepted */
  async submit(job: { url: string; priority?: number }): Promise<string> {
    return (await this.call<Job>('POST', '/api/jobs', job)).id;
  }

  status(jobId: string): Promise<JobStatus> {
    return this.call('GET', `/api/jobs/${jobId}/status`);
  }

  /** All jobs in this state. */
  async jobs(status: JobStatus['status']): Promise<Job[]> {
    const jobs: Job[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: { jobs: Job[]; nextCursor: string | null } = await this.call(
        'GET',
        `/api/jobs?limit=100&status=${status}${query}`,
      );
      jobs.push(...page.jobs);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return jobs;
  }

  async call<T>(method: string, path: string, body?: object): Promise<T> {
    return (await this.#send(method, path, body)).json() as Promise<T>;
  }

  async text(path: string): Promise<string> {
    return (await this.#send('GET', path)).text();
  }

  async #send(method: string, path: string, body?: object): Promise<Response> {
    const answer = await fetch(new URL(path, this.#address), {
      method,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok)
      throw new Error(`${method} ${path} was answered ${answer.status}: ${await answer.text()}`);
    return answer;
  }
}
