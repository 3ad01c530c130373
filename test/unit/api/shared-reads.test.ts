import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WorkflowAnswers } from '../../../src/api/jobs/workflow-answers.ts';
import { Turns } from '../../../src/api/queue/turns.ts';
import { SharedReads } from '../../../src/api/shared-reads.ts';
import { SharedStopSwitch } from '../../../src/api/stop/shared-stop-switch.ts';
import { acceptJob } from '../../support/accept-job.ts';
import { createTestApi, type TestApi } from '../../support/api.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => vi.useRealTimers());

const later = (ms: number): void => void vi.setSystemTime(Date.now() + ms);

test('many who ask at once, and within the bound, share one read; whoever asks behind it does not', async () => {
  let reads = 0;
  const shared = new SharedReads(() => Promise.resolve((reads += 1)), 1000);
  expect(await Promise.all([shared.get('a'), shared.get('a')])).toEqual([1, 1]);
  later(999);
  expect(await shared.get('a')).toBe(1);
  expect(await shared.get('b')).toBe(2);
  later(1);
  expect(await shared.get('a')).toBe(3);
  expect(await shared.get('b')).toBe(2);
  shared.forget();
  expect(await shared.get('b')).toBe(4);
});

test('a read that failed is not told again', async () => {
  let fails = true;
  const shared = new SharedReads(
    () => (fails ? Promise.reject(new Error('away')) : Promise.resolve(1)),
    1000,
  );
  await expect(shared.get('a')).rejects.toThrow('away');
  fails = false;
  expect(await shared.get('a')).toBe(1);
});

test('a token is read once however often it comes, and one revoked here is refused at once', async () => {
  const api = createTestApi();
  const { id, status } = await tokenOf(api);
  const find = vi.spyOn(api.repositories.accounts, 'findToken');
  expect(await Promise.all([status(), status(), status()])).toEqual([200, 200, 200]);
  await api.send('DELETE', `/api/admin/tokens/${id}`);
  expect(await status()).toBe(401);
  expect(find).toHaveBeenCalledTimes(2);
});

test('a token that another process has revoked is refused after a second at most', async () => {
  const api = createTestApi();
  const { id, status } = await tokenOf(api);
  expect(await status()).toBe(200);
  await api.repositories.accounts.revokeToken(id);
  later(1000);
  expect(await status()).toBe(401);
});

test('the use of a token is noted to the minute, once for all requests of a second', async () => {
  const api = createTestApi();
  const { id, status } = await tokenOf(api);
  const touch = vi.spyOn(api.repositories.accounts, 'touchToken');
  await Promise.all([status(), status(), status()]);
  expect(touch.mock.calls).toEqual([[id]]);
  await touch.mock.results[0]?.value;
  later(59_000);
  await status();
  expect(touch).toHaveBeenCalledTimes(1);
  later(1000);
  await status();
  expect(touch).toHaveBeenCalledTimes(2);
});

test('an emergency stop of another process is told after a second at most, one of this process at once', async () => {
  const { send, repositories } = createTestApi();
  await send('GET', '/api/jobs');
  const here = new SharedStopSwitch(repositories.stopSwitch);
  const order = { by: 'somebody', reason: 'a test' };
  expect(await here.last()).toBeUndefined();
  await repositories.stopSwitch.stop(order);
  later(1000);
  expect(await here.last()).toMatchObject({ action: 'stop' });
  await here.resume(order);
  expect(await here.last()).toMatchObject({ action: 'resume' });
});

test('the place of a waiting job is a second old at most, and a new job has its place at once', async () => {
  const { send, repositories } = createTestApi();
  await send('GET', '/api/jobs');
  const { catalogue, statistics } = repositories;
  const readLine = vi.spyOn(statistics, 'waitingOf');
  const turns = new Turns(statistics);
  const accepted = async (createdAt: number) => {
    const job = acceptJob({ id: `job_turn_${createdAt}` });
    await catalogue.accept([job]);
    return async () => turns.positionOf((await catalogue.find(job.id)) ?? never());
  };
  const first = await accepted(1);
  later(1);
  const second = await accepted(2);
  expect([await first(), await second()]).toEqual([1, 2]);
  later(1);
  const third = await accepted(3);
  expect(await third()).toBe(3);
  expect(readLine).toHaveBeenCalledTimes(1);
  await catalogue.withdraw('job_turn_1');
  expect(await first()).toBeUndefined();
  later(1000);
  expect([await second(), await third()]).toEqual([1, 2]);
});

test('a workflow is asked again when something has happened to it, or nobody answered', async () => {
  const answers = new WorkflowAnswers<number>();
  let asked = 0;
  let hasWorker = false;
  const ask = (revision: string) =>
    answers.of('job', revision, () => {
      asked += 1;
      return Promise.resolve(hasWorker ? asked : undefined);
    });
  expect(await ask('run/1')).toBeUndefined();
  hasWorker = true;
  expect([await ask('run/1'), await ask('run/1')]).toEqual([2, 2]);
  expect(await ask('run/2')).toBe(3);
  expect(await ask('again/2')).toBe(4);
});

test('of many workflows those asked last are kept', async () => {
  const answers = new WorkflowAnswers<number>();
  let asked = 0;
  const ask = (id: number) => answers.of(String(id), 'run/1', () => Promise.resolve((asked += 1)));
  for (let id = 0; id < 1000; id += 1) await ask(id);
  await ask(0);
  await ask(1000);
  expect(asked).toBe(1001);
  await ask(0);
  expect(asked).toBe(1001);
  await ask(1);
  expect(asked).toBe(1002);
});

/** A new token, and what the API answers to it. */
async function tokenOf(api: TestApi): Promise<{ id: string; status: () => Promise<number> }> {
  const answer = await api.send('POST', '/api/admin/tokens', { email: 'a@example.org', tier: 'student' });
  const { id, token } = (await answer.json()) as { id: string; token: string };
  const headers = { authorization: `Bearer ${token}` };
  return { id, status: async () => (await api.send('GET', '/api/jobs', undefined, headers)).status };
}

function never(): never {
  throw new Error('The job is gone.');
}
