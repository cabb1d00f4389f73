import { describe, expect, it } from '@jest/globals';
import { newEvent } from '@tollgate/contracts';
import { outgoing } from './outgoing-record.js';
import { withdrawalEvent } from './testing/test-road.js';

describe('the record of an event', () => {
  const id = '5df1a1bb-a09b-5048-829b-59933f181f22';

  it('is a CloudEvent in structured mode, keyed by its subject', () => {
    const event = withdrawalEvent(id);
    const record = outgoing(event, 'request.withdrawn');
    expect(record).toEqual({
      topic: 'request.withdrawn',
      key: id,
      value: JSON.stringify(event),
      headers: { 'content-type': 'application/cloudevents+json' },
    });
  });

  it('takes its trace along, and the key and lane that it is given', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const record = outgoing({ ...withdrawalEvent(id), traceparent }, 'request.withdrawn', {
      key: 'a/1',
      partitionKey: id,
    });
    expect(record).toMatchObject({ key: 'a/1', partitionKey: id, headers: { traceparent } });
  });

  it('needs a key where the event has no subject', () => {
    const { data } = withdrawalEvent(id);
    const event = newEvent({
      topic: 'request.withdrawn',
      service: 'intake',
      key: id,
      time: '2026-11-01T10:02:00.000Z',
      data,
    });
    expect(() => outgoing(event, 'request.withdrawn')).toThrow('needs a key');
  });
});
