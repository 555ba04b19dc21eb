// Part of the build: PGlite needs four seconds to make a database, and half of one to unpack it.
import { writePgliteTemplate } from '../dist/pglite-template.js';

await writePgliteTemplate();
