import { describe, expect, it } from 'vitest';
import { reelSettingsSchema } from '../../../src/domain/reel.ts';
import { settingsChanges } from '../../../src/domain/settings-changes.ts';

const changes = settingsChanges(reelSettingsSchema);

describe('changes of settings', () => {
  it('name some, and bring no defaults of the others', () => {
    expect(changes.parse({ compression: 'fast' })).toEqual({ compression: 'fast' });
    expect(changes.parse({})).toEqual({});
  });

  it.each([{ compression: 'none' }, { crossfadeSeconds: 6 }, { model: 'base' }])(
    'are checked as the settings are: %j',
    (wrong) => {
      expect(changes.safeParse(wrong).success).toBe(false);
    },
  );
});
