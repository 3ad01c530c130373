CREATE TABLE "transcript_segments" (
	"job_id" text NOT NULL,
	"position" integer NOT NULL,
	"user_id" text NOT NULL,
	"start_seconds" double precision NOT NULL,
	"end_seconds" double precision NOT NULL,
	"speaker" text,
	"text" text NOT NULL,
	"configuration" text NOT NULL,
	"words" "tsvector" GENERATED ALWAYS AS (case configuration when 'arabic' then to_tsvector('pg_catalog.arabic'::regconfig, text) when 'armenian' then to_tsvector('pg_catalog.armenian'::regconfig, text) when 'basque' then to_tsvector('pg_catalog.basque'::regconfig, text) when 'catalan' then to_tsvector('pg_catalog.catalan'::regconfig, text) when 'danish' then to_tsvector('pg_catalog.danish'::regconfig, text) when 'dutch' then to_tsvector('pg_catalog.dutch'::regconfig, text) when 'english' then to_tsvector('pg_catalog.english'::regconfig, text) when 'finnish' then to_tsvector('pg_catalog.finnish'::regconfig, text) when 'french' then to_tsvector('pg_catalog.french'::regconfig, text) when 'german' then to_tsvector('pg_catalog.german'::regconfig, text) when 'greek' then to_tsvector('pg_catalog.greek'::regconfig, text) when 'hindi' then to_tsvector('pg_catalog.hindi'::regconfig, text) when 'hungarian' then to_tsvector('pg_catalog.hungarian'::regconfig, text) when 'indonesian' then to_tsvector('pg_catalog.indonesian'::regconfig, text) when 'irish' then to_tsvector('pg_catalog.irish'::regconfig, text) when 'italian' then to_tsvector('pg_catalog.italian'::regconfig, text) when 'lithuanian' then to_tsvector('pg_catalog.lithuanian'::regconfig, text) when 'nepali' then to_tsvector('pg_catalog.nepali'::regconfig, text) when 'norwegian' then to_tsvector('pg_catalog.norwegian'::regconfig, text) when 'portuguese' then to_tsvector('pg_catalog.portuguese'::regconfig, text) when 'romanian' then to_tsvector('pg_catalog.romanian'::regconfig, text) when 'russian' then to_tsvector('pg_catalog.russian'::regconfig, text) when 'serbian' then to_tsvector('pg_catalog.serbian'::regconfig, text) when 'spanish' then to_tsvector('pg_catalog.spanish'::regconfig, text) when 'swedish' then to_tsvector('pg_catalog.swedish'::regconfig, text) when 'tamil' then to_tsvector('pg_catalog.tamil'::regconfig, text) when 'turkish' then to_tsvector('pg_catalog.turkish'::regconfig, text) when 'yiddish' then to_tsvector('pg_catalog.yiddish'::regconfig, text) else to_tsvector('pg_catalog.simple'::regconfig, text) end) STORED,
	CONSTRAINT "transcript_segments_job_id_position_pk" PRIMARY KEY("job_id","position")
);
--> statement-breakpoint
CREATE TABLE "transcripts" (
	"job_id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"configurations" text[] NOT NULL,
	"indexed_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "transcript_segments" ADD CONSTRAINT "transcript_segments_job_id_transcripts_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."transcripts"("job_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transcripts" ADD CONSTRAINT "transcripts_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "transcript_segments_by_words" ON "transcript_segments" USING gin ("words");--> statement-breakpoint
CREATE INDEX "transcript_segments_by_user" ON "transcript_segments" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "transcripts_by_user" ON "transcripts" USING btree ("user_id");