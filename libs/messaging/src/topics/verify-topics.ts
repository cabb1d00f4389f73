import { type CreateTopicsOptions } from './create-topics.js';
export async function verifyTopics(_options: CreateTopicsOptions): Promise<void> {
  throw new Error('not built yet');
}
