ALTER TABLE "batch_items" ADD COLUMN "sealed_url" text;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "sealed_playlist_url" text;