import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Delivery, Webhook } from '../api/notifications/webhook-schemas.ts';
import { EVENT_TYPES, eventTypeSchema, type EventType } from '../domain/notification-event.ts';
import { answerOf, type Api } from './api/api-client.ts';
import { requireApi } from './api/find-api.ts';
import type { CommandContext } from './command-context.ts';
import { jsonOption } from './job-options.ts';
import { plain, tableText } from './terminal/draw.ts';

const LARGEST_PAGE = 100;
const ID = 'webhook id, or jobs for the one that signs what `submit --notify URL` asked for';

interface Json {
  json?: boolean;
}

/** `clipscribe webhook`: who is told of jobs by HTTP, and what was delivered. */
export function registerWebhookCommands(program: Command, context: CommandContext): void {
  const webhook = program
    .command('webhook')
    .summary('have an address of yours told of jobs')
    .addHelpText(
      'after',
      '\nExamples:\n  $ npx clipscribe webhook add https://example.org/hook --events job.complete,job.failed\n  $ npx clipscribe webhook deliveries webhook_01…',
    );
  const routes = async () => {
    const api = await requireApi(context.settings());
    return { api, all: api.client.api.webhooks, one: api.client.api.webhooks[':id'] };
  };
  const { stdout, stderr } = context.terminal;
  const print = (answer: unknown, text: string, json: boolean | undefined): void =>
    void stdout.write(`${json ? JSON.stringify(answer) : text}\n`);
  /** The secret alone goes to standard output, so that a script can take it. */
  const printSecret = (made: Webhook & { secret: string }, note: string, json: boolean | undefined): void => {
    print(made, made.secret, json);
    if (!json) stderr.write(`This is the only time that the secret is shown. ${note}\n`);
  };
  webhook
    .command('add')
    .summary('add an address and show its secret, this once')
    .argument('<url>', 'http or https address that takes POST requests')
    .addOption(
      new Option(
        '--events <list>',
        `separated by commas; all when absent: ${EVENT_TYPES.join(', ')}`,
      ).argParser(eventList),
    )
    .addOption(jsonOption())
    .action(async (url: string, { events, json }: { events?: EventType[] } & Json) => {
      const { api, all } = await routes();
      const body = { url, ...(events === undefined ? {} : { events }) };
      const made = await answerOf(api, all.$post({ json: body, header: {} }));
      printSecret(made, `The id of the webhook is ${made.id}.`, json);
    });
  webhook
    .command('list')
    .summary('list your webhooks, the newest first')
    .addOption(jsonOption())
    .action(async ({ json }: Json) => {
      const { api, all } = await routes();
      const { webhooks } = await answerOf(api, all.$get({ query: { limit: String(LARGEST_PAGE) } }));
      print(webhooks, webhooks.length === 0 ? 'There are no webhooks.' : webhooksText(webhooks), json);
    });
  webhook
    .command('remove')
    .summary('tell an address nothing more')
    .argument('<id>', ID)
    .addOption(jsonOption())
    .action(async (id: string, { json }: Json) => {
      const { api, one } = await routes();
      const removed = await answerOf(api, one.$delete({ param: { id } }));
      print(removed, `The webhook ${removed.id} is removed.`, json);
    });
  webhook
    .command('enable')
    .summary('tell a disabled webhook of events again')
    .argument('<id>', ID)
    .addOption(jsonOption())
    .action(async (id: string, { json }: Json) => {
      const { api, one } = await routes();
      const enabled = await answerOf(api, one.enable.$post({ param: { id }, header: {} }));
      print(enabled, `The webhook ${enabled.id} is enabled.`, json);
    });
  webhook
    .command('rotate')
    .summary('make a new secret and show it, this once')
    .description('Makes a new secret and shows it, this once. For a day the old one signs as well.')
    .argument('<id>', ID)
    .addOption(jsonOption())
    .action(async (id: string, { json }: Json) => {
      const { api, one } = await routes();
      const made = await answerOf(api, one.rotate.$post({ param: { id }, header: {} }));
      printSecret(made, `The old one signs as well until ${made.previousSecretUntil}.`, json);
    });
  webhook
    .command('deliveries')
    .summary('show what was delivered, the newest first')
    .argument('<id>', ID)
    .option('-n, --limit <number>', 'how many at most, up to 100', deliveryCount, 20)
    .addOption(jsonOption())
    .action(async (id: string, { limit, json }: { limit: number } & Json) => {
      const { api, one } = await routes();
      const query = { limit: String(limit) };
      const { deliveries } = await answerOf(api, one.deliveries.$get({ param: { id }, query }));
      print(
        deliveries,
        deliveries.length === 0 ? 'Nothing was delivered.' : deliveriesText(deliveries),
        json,
      );
    });
  webhook
    .command('resend')
    .summary('deliver something once more')
    .argument('<id>', ID)
    .argument('<delivery>', 'its id, as `webhook deliveries` shows it')
    .addOption(jsonOption())
    .action(async (id: string, deliveryId: string, { json }: Json) => {
      const { api } = await routes();
      const answer = await resend(api, id, deliveryId);
      print(answer, answer.message, json);
    });
}

const resend = (api: Api, id: string, deliveryId: string) =>
  answerOf(
    api,
    api.client.api.webhooks[':id'].deliveries[':deliveryId'].resend.$post({
      param: { id, deliveryId },
      header: {},
    }),
  );

const webhooksText = (webhooks: readonly Webhook[]): string =>
  tableText([
    ['WEBHOOK', 'ADDRESS', 'STATE', 'EVENTS'],
    ...webhooks.map(({ id, url, events, disabledAt, disabledReason }) => [
      id,
      url === null ? '(those of single jobs)' : plain(url),
      disabledAt === null ? 'enabled' : `disabled: ${plain(disabledReason ?? '')}`,
      events.length === EVENT_TYPES.length ? 'all' : events.join(' '),
    ]),
  ]);

const deliveriesText = (deliveries: readonly Delivery[]): string =>
  tableText([
    ['DELIVERY', 'EVENT', 'OF', 'STATE', 'ATTEMPTS', 'LAST ANSWER'],
    ...deliveries.map(({ id, type, subjectId, state, attempts }) => {
      const last = attempts.at(-1);
      const answer = last?.problem ?? last?.statusCode?.toString() ?? '';
      return [id, type, subjectId, state, String(attempts.length), plain(answer)];
    }),
  ]);

function eventList(text: string): EventType[] {
  const events = eventTypeSchema.array().safeParse(text.split(',').map((type) => type.trim()));
  if (!events.success)
    throw new InvalidArgumentError(`They are some of ${EVENT_TYPES.join(', ')}, separated by commas.`);
  return events.data;
}

function deliveryCount(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > LARGEST_PAGE)
    throw new InvalidArgumentError(`It is a whole number from 1 to ${LARGEST_PAGE}.`);
  return value;
}
