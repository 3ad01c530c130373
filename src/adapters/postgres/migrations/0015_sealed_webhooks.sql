ALTER TABLE "notification_requests" ADD COLUMN "sealed_address" text;--> statement-breakpoint
ALTER TABLE "notifications" ADD COLUMN "sealed_address" text;--> statement-breakpoint
ALTER TABLE "webhook_endpoints" ADD COLUMN "sealed_url" text;