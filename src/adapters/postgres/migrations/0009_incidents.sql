CREATE TABLE "incidents" (
	"id" text PRIMARY KEY NOT NULL,
	"alert" text NOT NULL,
	"subject" text NOT NULL,
	"value" double precision NOT NULL,
	"held_since" timestamp (3) with time zone NOT NULL,
	"opened_at" timestamp (3) with time zone,
	"calm_since" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"seen_at" timestamp (3) with time zone NOT NULL,
	"told" text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "incidents_once" ON "incidents" USING btree ("alert","subject") WHERE "incidents"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "incidents_by_time" ON "incidents" USING btree ("opened_at");