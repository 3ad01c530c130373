/**
 * The closed set of errors. A code is the same in the CLI, the REST problem document, the Temporal failure
 * type and docs/errors/<code>.md.
 *
 * `retry` says who can mend it:
 * - `never`: the input is at fault; the same input fails again, so the job fails at once;
 * - `automatic`: passing trouble; Temporal retries the activity;
 * - `attention`: somebody must change something (a setting, a credential, disk space); the job waits.
 */
export interface ErrorDefinition {
  readonly retry: 'never' | 'automatic' | 'attention';
  readonly httpStatus: number;
  readonly title: string;
  /** What to do next, one sentence. */
  readonly fix: string;
}

export const ERRORS = {
  InvalidInput: {
    retry: 'never',
    httpStatus: 422,
    title: 'The input is not valid',
    fix: 'Correct what the message names and submit again.',
  },
  InvalidImport: {
    retry: 'never',
    httpStatus: 422,
    title: 'The subtitle or speaker file cannot be read',
    fix: 'Correct the line that the message names, or export the file again as SRT, WebVTT or RTTM in UTF-8.',
  },
  InvalidUrl: {
    retry: 'never',
    httpStatus: 422,
    title: 'The address is not a usable URL',
    fix: 'Give the full http or https address of a video page or media file, without a user name or password in it.',
  },
  AddressBlocked: {
    retry: 'never',
    httpStatus: 422,
    title: 'The address leads into a private network',
    fix: 'Use a public address, or set CLIPSCRIBE_ALLOW_PRIVATE_ADDRESSES=true on a development machine.',
  },
  FileNotFound: {
    retry: 'never',
    httpStatus: 422,
    title: 'The file does not exist or cannot be read',
    fix: 'Check the path and that the worker may read it.',
  },
  EmptyFile: {
    retry: 'never',
    httpStatus: 422,
    title: 'The file is empty',
    fix: 'Check that the file was copied or downloaded whole.',
  },
  CorruptMedia: {
    retry: 'never',
    httpStatus: 422,
    title: 'The file is damaged, or it is neither audio nor video',
    fix: 'Play the file in a player; if it does not play there, fetch it again from where it came.',
  },
  UnsupportedMedia: {
    retry: 'never',
    httpStatus: 422,
    title: 'This kind of media is not supported',
    fix: 'Convert the file to MP4, MKV, WebM, MP3, M4A, WAV, FLAC or OGG.',
  },
  MediaTooLarge: {
    retry: 'never',
    httpStatus: 413,
    title: 'The media is larger than the limit',
    fix: 'Submit the video in parts, or raise CLIPSCRIBE_MAX_DURATION_SECONDS or CLIPSCRIBE_MAX_DOWNLOAD_BYTES.',
  },
  UnsupportedSite: {
    retry: 'never',
    httpStatus: 422,
    title: 'No video was found at this address',
    fix: 'Open the address in a browser; give the page of one video, or a direct link to the media file.',
  },
  VideoUnavailable: {
    retry: 'never',
    httpStatus: 422,
    title: 'The video is private, removed or restricted',
    fix: 'Check that the video plays without signing in; if it plays on your machine alone, submit it with `--download-here`.',
  },
  LiveStream: {
    retry: 'never',
    httpStatus: 422,
    title: 'The video is a live stream that has not ended',
    fix: 'Submit it again when the recording is available.',
  },
  HostUnreachable: {
    retry: 'never',
    httpStatus: 422,
    title: 'The host of the address cannot be found or reached',
    fix: 'Check the address for typing errors and that the site is up.',
  },
  JobNotFound: {
    retry: 'never',
    httpStatus: 404,
    title: 'There is no such job',
    fix: 'Look for its id with `npx clipscribe list`.',
  },
  BatchNotFound: {
    retry: 'never',
    httpStatus: 404,
    title: 'There is no such batch',
    fix: 'Look for its id with `npx clipscribe batch list`.',
  },
  UploadNotFound: {
    retry: 'never',
    httpStatus: 404,
    title: 'There is no such upload, or its time is over',
    fix: 'Ask for a new upload with POST /api/uploads.',
  },
  AddressExpired: {
    retry: 'never',
    httpStatus: 410,
    title: 'The whole link of this job is no longer kept',
    fix: 'Submit the video again, with a link that is valid now.',
  },
  UploadIncomplete: {
    retry: 'never',
    httpStatus: 409,
    title: 'The upload has not arrived',
    fix: 'Send the whole file to the address that POST /api/uploads gave, then submit it.',
  },
  JobNotFinished: {
    retry: 'never',
    httpStatus: 409,
    title: 'The job has no results',
    fix: 'Wait for the job with `npx clipscribe watch`, or see with `npx clipscribe status` why it ended without results.',
  },
  JobAlreadyRunning: {
    retry: 'never',
    httpStatus: 409,
    title: 'A reel of this project is being made already',
    fix: 'Wait for it, cancel it, or send `force_restart` (`--force-restart`) to put yours in its place.',
  },
  InsufficientClips: {
    retry: 'never',
    httpStatus: 422,
    title: 'A reel needs two usable clips',
    fix: 'Mend or replace the clips that the notices name, and stitch again.',
  },
  ActionNotPossible: {
    retry: 'never',
    httpStatus: 409,
    title: 'The state of the job does not allow this',
    fix: 'Look at the state of the job with `npx clipscribe status`, then choose an action that fits it.',
  },
  NotFound: {
    retry: 'never',
    httpStatus: 404,
    title: 'There is nothing at this address',
    fix: 'Check the name or id that the message is about; addresses are described by the API itself, at /docs.',
  },
  RequestRefused: {
    retry: 'never',
    httpStatus: 403,
    title: 'The API does not answer requests from this origin',
    fix: 'Use the address that `npx clipscribe up` prints, from this machine.',
  },
  PayloadTooLarge: {
    retry: 'never',
    httpStatus: 500,
    title: 'A step returned more than a history may hold',
    fix: 'Report it with the job id, since this is a defect of ClipScribe.',
  },
  RateLimited: {
    retry: 'automatic',
    httpStatus: 429,
    title: 'The site or service asks for slower requests',
    fix: 'Wait: the step is tried again after the time that the site or service asked for.',
  },
  BotCheck: {
    retry: 'attention',
    httpStatus: 502,
    title: 'The site wants proof that a person is asking',
    fix: 'Have it downloaded on your own machine (`clipscribe retry ID --set download=worker`), or try again later.',
  },
  NetworkFailure: {
    retry: 'automatic',
    httpStatus: 502,
    title: 'The connection broke or timed out',
    fix: 'Wait: the step is tried again and goes on where it stopped.',
  },
  DownloadStalled: {
    retry: 'automatic',
    httpStatus: 504,
    title: 'The download stopped moving',
    fix: 'Wait: the download is tried again and goes on where it stopped.',
  },
  DiskFull: {
    retry: 'attention',
    httpStatus: 507,
    title: 'The disk is full',
    fix: 'Free space below CLIPSCRIBE_HOME, then retry the job.',
  },
  ToolMissing: {
    retry: 'attention',
    httpStatus: 500,
    title: 'A program that ClipScribe needs is missing',
    fix: 'Run `npx clipscribe doctor`; it names the program and how to install it.',
  },
  OutOfMemory: {
    retry: 'automatic',
    httpStatus: 507,
    title: 'The work needed more memory than there is',
    fix: 'Retry on a worker with more memory, or with smaller media.',
  },
  ToolCrashed: {
    retry: 'automatic',
    httpStatus: 500,
    title: 'A program that ClipScribe runs crashed',
    fix: 'Wait, since the step is tried again; if it keeps failing, run `npx clipscribe doctor`.',
  },
  ModelUnavailable: {
    retry: 'automatic',
    httpStatus: 503,
    title: 'The model server does not answer',
    fix: 'Wait, since it is restarted and the step is tried again; if it keeps failing, run `npx clipscribe doctor`.',
  },
  ModelUnknown: {
    retry: 'attention',
    httpStatus: 422,
    title: 'The model is not installed',
    fix: 'Choose an installed model (`npx clipscribe doctor` lists them) and retry with `--set model=NAME`.',
  },
  ModelRejected: {
    retry: 'attention',
    httpStatus: 502,
    title: 'The model server refused the request',
    fix: 'Check its address, key and model name in the settings, then retry the job.',
  },
  SpeakerEncoderUnusable: {
    retry: 'attention',
    httpStatus: 500,
    title: 'The speaker encoder in ONNX cannot be used',
    fix: 'Name another file in CLIPSCRIBE_SPEAKER_ENCODER_FILE, or take the setting away, then start the workers again.',
  },
  ModelAnswerUnusable: {
    retry: 'automatic',
    httpStatus: 502,
    title: 'The language model did not answer as it was asked to',
    fix: 'Wait, since the step is tried again; if it keeps failing, set CLIPSCRIBE_LANGUAGE_MODEL to a model that gives structured answers.',
  },
  TranslationUnavailable: {
    retry: 'attention',
    httpStatus: 422,
    title: 'Nothing here translates between these languages',
    fix: 'Set CLIPSCRIBE_LANGUAGE_MODEL to a language model or CLIPSCRIBE_TRANSLATE_URL to a LibreTranslate server for API and workers, then submit or retry the job; or skip the step.',
  },
  StorageDenied: {
    retry: 'attention',
    httpStatus: 502,
    title: 'The storage refused access',
    fix: 'Check the storage credentials and permissions, then retry the job.',
  },
  StorageUnavailable: {
    retry: 'automatic',
    httpStatus: 503,
    title: 'The storage does not answer',
    fix: 'Wait, since the step is tried again; if it keeps failing, check that the storage is there.',
  },
  MailRejected: {
    retry: 'attention',
    httpStatus: 502,
    title: 'The mail server refused the mail',
    fix: 'Check CLIPSCRIBE_SMTP_URL, CLIPSCRIBE_MAIL_FROM and the address of the receiver.',
  },
  ArtifactMissing: {
    retry: 'attention',
    httpStatus: 500,
    title: 'Stored work cannot be found or is damaged',
    fix: 'Cancel the job if it still waits, then do the work again with `npx clipscribe redo ID --from acquire`.',
  },
  ServiceUnavailable: {
    retry: 'automatic',
    httpStatus: 503,
    title: 'ClipScribe cannot reach Temporal',
    fix: 'Check that the Temporal server runs (`npx clipscribe doctor`) and try again.',
  },
  DatabaseUnavailable: {
    retry: 'automatic',
    httpStatus: 503,
    title: 'ClipScribe cannot reach its database',
    fix: 'Check that PostgreSQL runs and that CLIPSCRIBE_DATABASE_URL is right, then try again.',
  },
  Unauthorized: {
    retry: 'never',
    httpStatus: 401,
    title: 'The request needs a valid token',
    fix: 'Set CLIPSCRIBE_TOKEN, or send the header `Authorization: Bearer TOKEN`, with a token that an administrator made.',
  },
  Forbidden: {
    retry: 'never',
    httpStatus: 403,
    title: 'This token may not do this',
    fix: "Use an administrator's token.",
  },
  QuotaExceeded: {
    retry: 'never',
    httpStatus: 429,
    title: "The tier's limit is reached",
    fix: 'Look at `GET /api/usage`, wait for the day that the message names, submit a long video in parts, submit or remove uploads that no job uses yet, or ask the administrator for another tier.',
  },
  CostCeilingReached: {
    retry: 'attention',
    httpStatus: 402,
    title: 'A cost ceiling is reached',
    fix: 'Have the administrator raise the ceiling and retry the job, retry it with a cheaper model (`--set model=NAME`), or cancel it, which keeps what is stored.',
  },
  EmergencyStop: {
    retry: 'automatic',
    httpStatus: 503,
    title: 'An administrator has stopped all work',
    fix: 'Wait until the administrator resumes it, then submit again; jobs that were accepted go on by themselves.',
  },
  IdempotencyConflict: {
    retry: 'automatic',
    httpStatus: 409,
    title: 'A request with this Idempotency-Key is being answered',
    fix: 'Wait a moment, then send the same request with the same key again.',
  },
  InternalError: {
    retry: 'attention',
    httpStatus: 500,
    title: 'Something went wrong inside ClipScribe',
    fix: 'Retry the job, and if it happens again, report it with the job id.',
  },
} as const satisfies Record<string, ErrorDefinition>;

export type ErrorCode = keyof typeof ERRORS;

/** Whether a string (a failure type, a problem code) is one of our codes. */
export const isErrorCode = (value: unknown): value is ErrorCode =>
  typeof value === 'string' && Object.hasOwn(ERRORS, value);

/**
 * The one error class of the inner layers. The message is one sentence for the user and holds no secret;
 * activities map it to an ApplicationFailure of type `code`.
 */
export class ClipScribeError extends Error {
  override readonly name = 'ClipScribeError';
  readonly code: ErrorCode;
  /** How long the other side asked us to wait, where it did (HTTP Retry-After). */
  readonly retryAfterSeconds: number | undefined;
  /** The job that stands in the way, where one does. */
  readonly jobId: string | undefined;
  /** What was paid to others before it went wrong. */
  readonly costUsd: number;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; retryAfterSeconds?: number; jobId?: string; costUsd?: number } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.jobId = options.jobId;
    this.costUsd = options.costUsd ?? 0;
  }

  /** Marker-based, because `instanceof` breaks across package copies and test realms. */
  static is(error: unknown): error is ClipScribeError {
    return (
      error instanceof Error &&
      error.name === 'ClipScribeError' &&
      isErrorCode((error as ClipScribeError).code)
    );
  }
}
