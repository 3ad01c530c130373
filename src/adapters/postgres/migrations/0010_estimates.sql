CREATE TABLE "estimates" (
	"job_id" text NOT NULL,
	"operation_id" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"wait" jsonb NOT NULL,
	"end" jsonb NOT NULL,
	"measured" boolean NOT NULL,
	CONSTRAINT "estimates_job_id_operation_id_pk" PRIMARY KEY("job_id","operation_id")
);
--> statement-breakpoint
CREATE TABLE "run_times" (
	"job_id" text NOT NULL,
	"operation_id" text NOT NULL,
	"kind" text NOT NULL,
	"queue" text NOT NULL,
	"media_seconds" double precision,
	"run_seconds" double precision NOT NULL,
	"work_seconds" double precision NOT NULL,
	"stages" jsonb NOT NULL,
	"ended_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "run_times_job_id_operation_id_pk" PRIMARY KEY("job_id","operation_id")
);
--> statement-breakpoint
CREATE INDEX "estimates_by_time" ON "estimates" USING btree ("at");--> statement-breakpoint
CREATE INDEX "run_times_by_end" ON "run_times" USING btree ("ended_at");--> statement-breakpoint
CREATE INDEX "jobs_open_by_time" ON "jobs" USING btree ("created_at") WHERE "jobs"."state" in ('accepted', 'started');