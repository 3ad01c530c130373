/** What one check of `clipscribe doctor` found. */
export interface Finding {
  readonly name: string;
  /** `missing`: jobs fail without it. `warning`: they work, but something will hurt. */
  readonly status: 'ok' | 'warning' | 'missing';
  /** What is there, in a few words. */
  readonly detail: string;
  /** What to do about it; null where all is well. */
  readonly fix: string | null;
}

/** Set-up mends whatever it installs; it takes no time where all is there. */
export const RUN_SET_UP = 'Run `npm start` or `npm run setup` in the folder of ClipScribe.';

export const ok = (name: string, detail: string): Finding => ({ name, status: 'ok', detail, fix: null });

export const warning = (name: string, detail: string, fix: string): Finding => ({
  name,
  status: 'warning',
  detail,
  fix,
});

export const missing = (name: string, detail: string, fix: string): Finding => ({
  name,
  status: 'missing',
  detail,
  fix,
});
