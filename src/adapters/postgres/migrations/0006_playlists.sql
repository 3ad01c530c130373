ALTER TABLE "batches" ADD COLUMN "playlist_url" text;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "listed_at" timestamp (3) with time zone;