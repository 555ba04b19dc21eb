import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.shared.js';

// Most of these files drive a browser and watch its time: two of them at once on two cores would see each other.
export default mergeConfig(shared, { test: { fileParallelism: false } });
