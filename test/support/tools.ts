import { loadSettings } from '../../src/config/settings.ts';
import { loadTools } from '../../src/config/tools.ts';

/** The real programs that set-up installed. */
export const tools = loadTools(loadSettings({ ...process.env }).home);
