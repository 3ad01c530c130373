import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMailer } from '../../../src/adapters/mail/create-mailer.ts';

let server: SMTPServer;
let mails: { envelopeTo: string[]; mail: ParsedMail }[];

beforeEach(async () => {
  mails = [];
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _session, callback) => {
      if (username === 'clip' && password === 'right') callback(null, { user: 'clip' });
      else callback(new Error('Invalid username or password'));
    },
    onRcptTo: ({ address }, _session, callback) => {
      if (address.startsWith('nobody')) {
        callback(Object.assign(new Error('No such user'), { responseCode: 550 }));
      } else if (address.startsWith('busy')) {
        callback(Object.assign(new Error('Try again later'), { responseCode: 451 }));
      } else callback();
    },
    onData: (stream, { envelope }, callback) => {
      void simpleParser(stream).then((mail) => {
        mails.push({ envelopeTo: envelope.rcptTo.map(({ address }) => address), mail });
        callback();
      });
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
});

afterEach(() => new Promise<void>((resolve) => server.close(resolve)));

const mailerFor = (credentials = '') => {
  const { port } = server.server.address() as AddressInfo;
  return createMailer({
    url: `smtp://${credentials}127.0.0.1:${port}`,
    from: 'ClipScribe <clips@example.org>',
  });
};

const mail = {
  id: 'ntf_01',
  to: 'you@example.org',
  subject: 'Done: a talk',
  text: 'It is done.',
  html: '<p>It is done.</p>',
};

const send = async (overrides: Partial<typeof mail> = {}, credentials = ''): Promise<void> => {
  const mailer = mailerFor(credentials);
  try {
    await mailer.send({ ...mail, ...overrides });
  } finally {
    mailer.close();
  }
};

describe('an e-mail', () => {
  it('arrives as text and HTML, with an id that stays the same', async () => {
    await send();
    await send();
    expect(mails).toHaveLength(2);
    for (const { envelopeTo, mail: arrived } of mails) {
      expect(envelopeTo).toEqual(['you@example.org']);
      expect(arrived).toMatchObject({ subject: 'Done: a talk', messageId: '<ntf_01@clipscribe>' });
      expect(arrived.text?.trim()).toBe('It is done.');
      expect(arrived.html).toContain('<p>It is done.</p>');
      expect(arrived.headers.get('auto-submitted')).toBe('auto-generated');
    }
  });

  it('cannot be given more receivers or header lines by a title', async () => {
    await send({ subject: 'Done\r\nBcc: spy@example.com\r\n\r\nMore' });
    const [{ envelopeTo, mail: arrived }] = mails as [(typeof mails)[0]];
    expect(envelopeTo).toEqual(['you@example.org']);
    expect(arrived.bcc).toBeUndefined();
    expect(arrived.subject).toContain('spy@example.com');
  });

  it('is refused for good where the receiver does not exist', async () => {
    await expect(send({ to: 'nobody@example.org' })).rejects.toMatchObject({ code: 'MailRejected' });
  });

  it('is tried again where the server is busy', async () => {
    await expect(send({ to: 'busy@example.org' })).rejects.toMatchObject({ code: 'NetworkFailure' });
  });

  it('is refused with a wrong password, which the error does not repeat', async () => {
    const failure: Error = await send({}, 'clip:wr0ng-secret@').then(
      () => new Error('it was sent'),
      (error: unknown) => error as Error,
    );
    expect(failure).toMatchObject({ code: 'MailRejected' });
    expect(failure.message).not.toContain('wr0ng-secret');
  });

  it('is tried again where nobody listens', async () => {
    const mailer = mailerFor();
    await new Promise<void>((resolve) => server.close(resolve));
    await expect(mailer.send(mail)).rejects.toMatchObject({ code: 'NetworkFailure' });
    mailer.close();
  });
});
