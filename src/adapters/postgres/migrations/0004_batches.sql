CREATE TABLE "batch_items" (
	"batch_id" text NOT NULL,
	"number" integer NOT NULL,
	"line" integer NOT NULL,
	"url" text NOT NULL,
	"title" text,
	"outcome" text NOT NULL,
	"job_id" text,
	"attached" boolean DEFAULT false NOT NULL,
	"attempt" integer DEFAULT 0 NOT NULL,
	"error" jsonb,
	CONSTRAINT "batch_items_batch_id_number_pk" PRIMARY KEY("batch_id","number")
);
--> statement-breakpoint
CREATE TABLE "batches" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"account_id" text NOT NULL,
	"tier" text,
	"name" text,
	"settings" jsonb NOT NULL,
	"priority" integer NOT NULL,
	"state" text NOT NULL,
	"error" jsonb,
	"run" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "needs_attention" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "batch_items" ADD CONSTRAINT "batch_items_batch_id_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "batch_items_waiting" ON "batch_items" USING btree ("batch_id","number") WHERE "batch_items"."outcome" = 'waiting';--> statement-breakpoint
CREATE INDEX "batches_by_user" ON "batches" USING btree ("user_id","created_at","id");--> statement-breakpoint
CREATE INDEX "batches_open" ON "batches" USING btree ("started_at") WHERE "batches"."state" in ('running', 'cancelling');