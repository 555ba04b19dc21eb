import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.shared.js';

// A browser that was starved is asked once more, and `npm test` names what it took a second try for.
export default mergeConfig(shared, { test: { retry: 1 } });
