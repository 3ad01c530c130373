import type { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import { registerReelExportCommand } from './reel/export.ts';
import { registerReelProposeCommand } from './reel/propose.ts';
import { registerReelStatusCommand } from './reel/status.ts';
import { registerReelStitchCommand } from './reel/stitch.ts';

/** `clipscribe reel …`: reels of clips. */
export function registerReelCommands(program: Command, context: CommandContext): void {
  const reel = program.command('reel').summary('make one video of clips, or let ClipScribe propose them');
  registerReelStitchCommand(reel, context);
  registerReelProposeCommand(reel, context);
  registerReelExportCommand(reel, context);
  registerReelStatusCommand(reel, context);
}
