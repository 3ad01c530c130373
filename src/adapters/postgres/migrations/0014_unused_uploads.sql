CREATE TABLE "unused_uploads" (
	"key" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"bytes" bigint NOT NULL,
	"announced_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "unused_uploads_by_user" ON "unused_uploads" USING btree ("user_id");