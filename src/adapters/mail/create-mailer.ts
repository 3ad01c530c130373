import { createTransport } from 'nodemailer';
import { ClipScribeError } from '../../domain/errors.ts';
import type { Mailer } from '../../ports/mailer.ts';

const TIMEOUT_MS = 20_000;

export interface MailSettings {
  /** `smtp://user:password@host:587` or `smtps://…:465`. */
  url: string;
  /** `ClipScribe <clipscribe@example.org>` */
  from: string;
}

/** Sends e-mail by SMTP (RFC 5321), encrypted by STARTTLS wherever the server offers it. */
export const createMailer = ({ url, from }: MailSettings): Mailer & { close(): void } => {
  const transport = createTransport({
    url,
    pool: true,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    // A mail is made of text alone: whatever a title says, no file or address is ever read for it.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    send: async ({ id, to, subject, text, html }) => {
      try {
        await transport.sendMail({
          from,
          to,
          subject,
          text,
          html,
          messageId: `<${id}@clipscribe>`,
          // Keeps out-of-office answers away (RFC 3834).
          headers: { 'auto-submitted': 'auto-generated' },
        });
      } catch (error) {
        throw mailFailure(error);
      }
    },
    close: () => transport.close(),
  };
};

/** RFC 5321 §4.2.1: 5yz is final, 4yz passes. The server's own words may hold addresses, so they stay out. */
function mailFailure(error: unknown): ClipScribeError {
  const { responseCode, code } = error as { responseCode?: number; code?: string };
  if (code === 'EAUTH') {
    return new ClipScribeError('MailRejected', 'The mail server refused the user name or password.', {
      cause: error,
    });
  }
  return responseCode !== undefined && responseCode >= 500
    ? new ClipScribeError('MailRejected', `The mail server refused the mail (${responseCode}).`, {
        cause: error,
      })
    : new ClipScribeError('NetworkFailure', 'The mail server cannot be reached.', { cause: error });
}
