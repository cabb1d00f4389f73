/** The five services, in the order of the road. */
export const SERVICES = ['intake', 'router', 'notifier', 'guardrail', 'audit'] as const;

/** The name of a service: its folder under `apps/`, its consumer group, its prefix in topic names. */
export type ServiceName = (typeof SERVICES)[number];
