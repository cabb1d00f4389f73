import { AddFacets1795996800000 } from './add-facets.js';
import { AddTree1795910400000 } from './add-tree.js';
import { CreateLedger1795305600000 } from './create-ledger.js';

/** The migrations of the ledger's database, oldest first. */
export const MIGRATIONS = [CreateLedger1795305600000, AddTree1795910400000, AddFacets1795996800000];
