import { describe, expect, it } from '@jest/globals';
import { anApproval, OPENED_AT } from '../testing/votes.js';
import { readWebhook } from './webhook-parts.js';
import { webhookMessage, type WebhookNotice } from './webhook-message.js';

describe('the settings', () => {
  const given = {
    approvalWebhookUrl: 'https://hook.example.com/very-secret',
    approvalWebhookSecretFile: '/dev/null',
    approvalWebhookPrivate: 'false',
  };

  it('may name no webhook', () => {
    expect(readWebhook({ approvalWebhookPrivate: 'false' })).toBeUndefined();
  });

  it('are refused before anything runs, where they cannot be used', () => {
    expect(() => readWebhook(given)).toThrow('APPROVAL_WEBHOOK_SECRET_FILE must hold whsec_');
    const url = 'https://192.168.0.1/very-secret';
    expect(() => readWebhook({ ...given, approvalWebhookUrl: url })).toThrow(
      'APPROVAL_WEBHOOK_URL is at an address that is not public; APPROVAL_WEBHOOK_PRIVATE=true allows it',
    );
    expect(() => readWebhook({ ...given, approvalWebhookUrl: url })).not.toThrow('very-secret');
  });
});

describe('webhookMessage', () => {
  it('is the same whatever becomes of the approval', () => {
    const approval = anApproval();
    const notice: WebhookNotice = {
      ...{ requestId: approval.requestId, number: 1, type: 'approval.opened', step: 0, persons: ['erin'] },
      ...{ deadline: OPENED_AT + 1, noticedAt: OPENED_AT },
    };
    const before = webhookMessage(notice, approval, 'https://tollgate.example');
    const later = anApproval({ file: approval.file, step: 1, status: 'closed', votes: 7 });
    expect(webhookMessage(notice, later, 'https://tollgate.example')).toEqual(before);
    expect(webhookMessage({ ...notice, number: 2 }, approval, 'https://tollgate.example').id).not.toBe(
      before.id,
    );
  });
});
