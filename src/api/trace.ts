import { context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';

/** The trace that this is part of, as the W3C writes it; undefined where traces are off. */
export function currentTraceparent(): string | undefined {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent;
}

/** Does work as part of a trace, and of no other one that it may be called in; without one, of none. */
export const inTrace = <Result>(traceparent: string | undefined, work: () => Result): Result =>
  context.with(propagation.extract(ROOT_CONTEXT, traceparent === undefined ? {} : { traceparent }), work);
