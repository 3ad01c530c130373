CREATE TABLE "cost_alerts" (
	"scope" text NOT NULL,
	"period" text NOT NULL,
	"percent" integer NOT NULL,
	"limit_usd" double precision NOT NULL,
	"used_usd" double precision NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "cost_alerts_scope_period_percent_pk" PRIMARY KEY("scope","period","percent")
);
--> statement-breakpoint
CREATE TABLE "costs" (
	"job_id" text NOT NULL,
	"run_id" text NOT NULL,
	"report" integer NOT NULL,
	"stage" text NOT NULL,
	"account_id" text NOT NULL,
	"model" text,
	"seconds" double precision NOT NULL,
	"cost_usd" double precision NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "costs_job_id_run_id_report_stage_pk" PRIMARY KEY("job_id","run_id","report","stage")
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"user_id" text NOT NULL,
	"key" text NOT NULL,
	"request_hash" text NOT NULL,
	"operation_id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"taken_until" timestamp (3) with time zone,
	"status" integer,
	"headers" jsonb,
	"body" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_user_id_key_pk" PRIMARY KEY("user_id","key")
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"account_id" text NOT NULL,
	"tier" text,
	"batch_id" text,
	"project_id" text,
	"source" text NOT NULL,
	"source_hash" text NOT NULL,
	"title" text,
	"state" text NOT NULL,
	"priority" integer NOT NULL,
	"start" jsonb NOT NULL,
	"operation_id" text NOT NULL,
	"reserved_month" text,
	"settled_seconds" double precision DEFAULT 0 NOT NULL,
	"duration_seconds" double precision,
	"error" jsonb,
	"cost_usd" double precision DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"taken_at" timestamp (3) with time zone,
	"started_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "stop_events" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"action" text NOT NULL,
	"actor" text NOT NULL,
	"reason" text NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"told_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "tokens" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"tier" text NOT NULL,
	"is_admin" boolean NOT NULL,
	"hash" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	"last_used_at" timestamp (3) with time zone,
	"day_ceiling_usd" double precision,
	"month_ceiling_usd" double precision,
	CONSTRAINT "tokens_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
CREATE TABLE "usage" (
	"account_id" text NOT NULL,
	"month" text NOT NULL,
	"videos" integer DEFAULT 0 NOT NULL,
	"seconds" double precision DEFAULT 0 NOT NULL,
	"cost_usd" double precision DEFAULT 0 NOT NULL,
	CONSTRAINT "usage_account_id_month_pk" PRIMARY KEY("account_id","month")
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "users_email_unique" UNIQUE("email")
);
--> statement-breakpoint
ALTER TABLE "tokens" ADD CONSTRAINT "tokens_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "costs_by_account" ON "costs" USING btree ("account_id","at");--> statement-breakpoint
CREATE INDEX "costs_by_time" ON "costs" USING btree ("at");--> statement-breakpoint
CREATE INDEX "idempotency_keys_by_age" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "jobs_by_user" ON "jobs" USING btree ("user_id","created_at","id");--> statement-breakpoint
CREATE INDEX "jobs_by_batch" ON "jobs" USING btree ("batch_id") WHERE "jobs"."batch_id" is not null;--> statement-breakpoint
CREATE INDEX "jobs_by_project" ON "jobs" USING btree ("project_id") WHERE "jobs"."project_id" is not null;--> statement-breakpoint
CREATE INDEX "jobs_open_by_source" ON "jobs" USING btree ("user_id","source_hash") WHERE "jobs"."state" in ('accepted', 'started');--> statement-breakpoint
CREATE INDEX "jobs_open" ON "jobs" USING btree ("state","account_id") WHERE "jobs"."state" in ('accepted', 'started');--> statement-breakpoint
CREATE INDEX "tokens_by_user" ON "tokens" USING btree ("user_id");