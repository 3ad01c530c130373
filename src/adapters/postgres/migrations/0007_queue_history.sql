CREATE TABLE "queue_history" (
	"grain" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"sample" jsonb NOT NULL,
	CONSTRAINT "queue_history_grain_at_pk" PRIMARY KEY("grain","at")
);
--> statement-breakpoint
CREATE INDEX "jobs_by_start" ON "jobs" USING btree ("started_at");