import { InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';

/** Whom to tell, as the API takes it. */
export interface Notify {
  notifyEmail?: string;
  webhookUrl?: string;
}

const MAIL_ADDRESS = z.email();
const WEB_ADDRESS = z.url({ protocol: /^https?$/ });

/** `--notify you@example.org` or `--notify https://…`; one of each, by giving it twice. */
export const notifyOption = (): Option =>
  new Option('--notify <email-or-url>', 'whom to tell how it ends, by mail or webhook').argParser(
    (text: string, before: Notify | undefined): Notify => {
      if (MAIL_ADDRESS.safeParse(text).success) return { ...before, notifyEmail: text };
      if (WEB_ADDRESS.safeParse(text).success) return { ...before, webhookUrl: text };
      throw new InvalidArgumentError('It is an e-mail address, or an http or https address.');
    },
  );

/** The words of a command line that ask for it again. */
export const notifyWords = ({ notifyEmail, webhookUrl }: Notify = {}): string[] =>
  [notifyEmail, webhookUrl].flatMap((receiver) => (receiver === undefined ? [] : ['--notify', receiver]));
