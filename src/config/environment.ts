import type { Settings } from './settings.ts';

/**
 * The environment for a process of ours that reads its own settings: this process's, with the secrets that
 * {@link loadSettings} took out of it, and what the caller sets.
 */
export function environmentFor(settings: Settings, overrides: Record<string, string>): NodeJS.ProcessEnv {
  const secrets = {
    CLIPSCRIBE_TOKEN: settings.token,
    CLIPSCRIBE_ADMIN_TOKEN: settings.adminToken,
    CLIPSCRIBE_DATABASE_URL: settings.databaseUrl,
    CLIPSCRIBE_SECRET_KEY: settings.secretKey,
    CLIPSCRIBE_SMTP_URL: settings.mail?.url,
    CLIPSCRIBE_TRANSCRIPTION_KEY: settings.transcription?.key,
    CLIPSCRIBE_SPEAKER_ENCODER_KEY: settings.speakerEncoder?.key,
    CLIPSCRIBE_LANGUAGE_MODEL_KEY: settings.languageModel?.key,
    CLIPSCRIBE_TRANSLATE_KEY: settings.translation?.key,
    CLIPSCRIBE_DOWNLOAD_PROXY: settings.downloadProxy,
  };
  return { ...process.env, ...secrets, CLIPSCRIBE_HOME: settings.home, ...overrides };
}

/** This process's environment, without the secrets that were taken out of it, and what the caller adds. */
export const environmentWith = (added: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
  ...process.env,
  ...added,
});
