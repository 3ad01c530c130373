/** One e-mail. Header fields are made safe by the mailer. */
export interface Mail {
  /** The same on each attempt, so that a repeated one can be recognised. */
  id: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}

/** Sends e-mail. */
export interface Mailer {
  /**
   * Hands a mail to the mail server.
   *
   * @throws ClipScribeError `MailRejected` (final), `NetworkFailure` (passing)
   */
  send(mail: Mail): Promise<void>;
}
