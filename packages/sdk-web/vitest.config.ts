import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.shared.js';

// Most of these files drive a browser and watch its time: two of them at once on two cores would see each other. A
// browser that was starved is asked once more, and `npm test` names what it took a second try for.
export default mergeConfig(shared, { test: { fileParallelism: false, retry: 1 } });
