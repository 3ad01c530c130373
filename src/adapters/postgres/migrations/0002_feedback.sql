CREATE TABLE "feedback" (
	"job_id" text NOT NULL,
	"user_id" text NOT NULL,
	"rating" integer NOT NULL,
	"words" text NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "feedback_job_id_user_id_pk" PRIMARY KEY("job_id","user_id")
);
--> statement-breakpoint
CREATE INDEX "feedback_by_time" ON "feedback" USING btree ("at");--> statement-breakpoint
CREATE INDEX "jobs_by_end" ON "jobs" USING btree ("ended_at") WHERE "jobs"."ended_at" is not null;