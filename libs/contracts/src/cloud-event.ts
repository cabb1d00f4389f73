import { type ServiceName } from './services.js';

/** The content type of a CloudEvent in structured mode (CloudEvents 1.0, Kafka protocol binding). */
export const CLOUD_EVENT_CONTENT_TYPE = 'application/cloudevents+json';

/** The envelope of every event: CloudEvents 1.0, JSON format, with Tollgate's extensions. */
export interface CloudEvent<Data> {
  readonly specversion: '1.0';
  readonly id: string;
  /** `/tollgate/<service>`, or the producer's own on an inbound topic. */
  readonly source: string;
  /** `tollgate.<topic>.v<n>`. */
  readonly type: string;
  /** The request id, where there is one. */
  readonly subject?: string;
  /** RFC 3339, UTC. */
  readonly time: string;
  readonly datacontenttype?: 'application/json';
  /** The request id, for tools that follow a request across events. */
  readonly correlationid?: string;
  /** The id of the event that caused this one. */
  readonly causationid?: string;
  /** W3C Trace Context. */
  readonly traceparent?: string;
  readonly data: Data;
}

/** The CloudEvents `type` of version `version` (1, 2, …) of the event on a topic. */
export const eventType = (topic: string, version = 1): string => `tollgate.${topic}.v${version}`;
/** The CloudEvents `source` of a service. */
export const eventSource = (service: ServiceName): string => `/tollgate/${service}`;
