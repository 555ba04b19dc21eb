import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { eventStoreContract } from '../contract/event-store.js';
import { openChdbEventStore } from './chdb.js';

const path = mkdtempSync(join(tmpdir(), 'px-chdb-'));
afterAll(() => rmSync(path, { recursive: true, force: true }));

eventStoreContract('chdb', () => openChdbEventStore({ path }));
