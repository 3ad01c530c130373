import type { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import { registerReelExportCommand } from './reel/export.ts';
import { registerReelProposeCommand } from './reel/propose.ts';

/** `clipscribe reel …`: reels of clips. */
export function registerReelCommands(program: Command, context: CommandContext): void {
  const reel = program.command('reel').summary('make one video of clips, or let ClipScribe propose them');
  registerReelProposeCommand(reel, context);
  registerReelExportCommand(reel, context);
}
