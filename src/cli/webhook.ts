import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Delivery, Webhook } from '../api/notifications/webhook-schemas.ts';
import { EVENT_TYPES, eventTypeSchema, type EventType } from '../domain/notification-event.ts';
import { answerOf } from './api/api-client.ts';
import { requireApi } from './api/find-api.ts';
import type { CommandContext } from './command-context.ts';
import { jsonOption } from './job-options.ts';
import { printAnswer, type JsonFlag } from './print-answer.ts';
import { plain, tableText } from './terminal/draw.ts';

const LARGEST_PAGE = 100;
const ID = 'webhook id, or jobs for the one that signs what `submit --notify URL` asked for';

/** `clipscribe webhook`: who is told of jobs by HTTP, and what was delivered. */
export function registerWebhookCommands(program: Command, context: CommandContext): void {
  const webhook = program
    .command('webhook')
    .summary('have an address of yours told of jobs')
    .addHelpText(
      'after',
      '\nExamples:\n  $ npx clipscribe webhook add https://example.org/hook --events job.complete,job.failed\n  $ npx clipscribe webhook deliveries webhook_01…',
    );
  registerAdd(webhook, context);
  registerList(webhook, context);
  registerRemove(webhook, context);
  registerEnable(webhook, context);
  registerRotate(webhook, context);
  registerDeliveries(webhook, context);
  registerResend(webhook, context);
}

async function routesOf({ settings }: CommandContext) {
  const api = await requireApi(settings());
  return { api, all: api.client.api.webhooks, one: api.client.api.webhooks[':id'] };
}

/** The secret alone goes to standard output, so that a script can take it. */
function printSecret(
  context: CommandContext,
  made: Webhook & { secret: string },
  note: string,
  { json }: JsonFlag,
): void {
  printAnswer(context, made, made.secret, { json });
  if (!json) context.terminal.stderr.write(`This is the only time that the secret is shown. ${note}\n`);
}

const registerAdd = (webhook: Command, context: CommandContext): Command =>
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
    .action(async (url: string, { events, ...options }: { events?: EventType[] } & JsonFlag) => {
      const { api, all } = await routesOf(context);
      const body = { url, ...(events === undefined ? {} : { events }) };
      const made = await answerOf(api, all.$post({ json: body, header: {} }));
      printSecret(context, made, `The id of the webhook is ${made.id}.`, options);
    });

const registerList = (webhook: Command, context: CommandContext): Command =>
  webhook
    .command('list')
    .summary('list your webhooks, the newest first')
    .addOption(jsonOption())
    .action(async (options: JsonFlag) => {
      const { api, all } = await routesOf(context);
      const { webhooks } = await answerOf(api, all.$get({ query: { limit: String(LARGEST_PAGE) } }));
      const text = webhooks.length === 0 ? 'There are no webhooks.' : webhooksText(webhooks);
      printAnswer(context, webhooks, text, options);
    });

const registerRemove = (webhook: Command, context: CommandContext): Command =>
  webhook
    .command('remove')
    .summary('tell an address nothing more')
    .argument('<id>', ID)
    .addOption(jsonOption())
    .action(async (id: string, options: JsonFlag) => {
      const { api, one } = await routesOf(context);
      const removed = await answerOf(api, one.$delete({ param: { id } }));
      printAnswer(context, removed, `The webhook ${removed.id} is removed.`, options);
    });

const registerEnable = (webhook: Command, context: CommandContext): Command =>
  webhook
    .command('enable')
    .summary('tell a disabled webhook of events again')
    .argument('<id>', ID)
    .addOption(jsonOption())
    .action(async (id: string, options: JsonFlag) => {
      const { api, one } = await routesOf(context);
      const enabled = await answerOf(api, one.enable.$post({ param: { id }, header: {} }));
      printAnswer(context, enabled, `The webhook ${enabled.id} is enabled.`, options);
    });

const registerRotate = (webhook: Command, context: CommandContext): Command =>
  webhook
    .command('rotate')
    .summary('make a new secret and show it, this once')
    .description('Makes a new secret and shows it, this once. For a day the old one signs as well.')
    .argument('<id>', ID)
    .addOption(jsonOption())
    .action(async (id: string, options: JsonFlag) => {
      const { api, one } = await routesOf(context);
      const made = await answerOf(api, one.rotate.$post({ param: { id }, header: {} }));
      printSecret(context, made, `The old one signs as well until ${made.previousSecretUntil}.`, options);
    });

const registerDeliveries = (webhook: Command, context: CommandContext): Command =>
  webhook
    .command('deliveries')
    .summary('show what was delivered, the newest first')
    .argument('<id>', ID)
    .option('-n, --limit <number>', 'how many at most, up to 100', deliveryCount, 20)
    .addOption(jsonOption())
    .action(async (id: string, { limit, ...options }: { limit: number } & JsonFlag) => {
      const { api, one } = await routesOf(context);
      const query = { limit: String(limit) };
      const { deliveries } = await answerOf(api, one.deliveries.$get({ param: { id }, query }));
      const text = deliveries.length === 0 ? 'Nothing was delivered.' : deliveriesText(deliveries);
      printAnswer(context, deliveries, text, options);
    });

const registerResend = (webhook: Command, context: CommandContext): Command =>
  webhook
    .command('resend')
    .summary('deliver something once more')
    .argument('<id>', ID)
    .argument('<delivery>', 'its id, as `webhook deliveries` shows it')
    .addOption(jsonOption())
    .action(async (id: string, deliveryId: string, options: JsonFlag) => {
      const { api, one } = await routesOf(context);
      const deliveries = one.deliveries[':deliveryId'];
      const answer = await answerOf(api, deliveries.resend.$post({ param: { id, deliveryId }, header: {} }));
      printAnswer(context, answer, answer.message, options);
    });

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
