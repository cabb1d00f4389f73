import { expect, it, jest } from '@jest/globals';
import { createTestDatabase } from '@tollgate/servers';
import { LEDGER_ROLES } from './testing/test-ledger.js';
import { testService } from './testing/test-service.js';

jest.setTimeout(60_000);

it('says what to do on a database without tables', async () => {
  const database = await createTestDatabase('audit_empty', LEDGER_ROLES);
  try {
    await expect(testService(database)).rejects.toThrow(/run apps\/audit\/dist\/migrate\.js first/);
  } finally {
    await database.drop();
  }
});
