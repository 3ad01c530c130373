import { AbortMultipartUploadCommand, CreateMultipartUploadCommand, type S3Client } from '@aws-sdk/client-s3';

/**
 * A client whose requests end with the signal, so that an upload in parts fails with the first of them and removes its
 * parts before it says so. Its own abort would neither end requests in hand nor wait until the parts are gone. Requests
 * that begin an upload or remove it go on: what is begun must be known, to be removed.
 */
export const endingClient = (client: S3Client, signal: AbortSignal): S3Client =>
  Object.assign(Object.create(client) as S3Client, {
    send: (command: Parameters<S3Client['send']>[0]) => {
      const goesOn =
        command instanceof CreateMultipartUploadCommand || command instanceof AbortMultipartUploadCommand;
      return client.send(command, goesOn ? {} : { abortSignal: signal });
    },
  });
