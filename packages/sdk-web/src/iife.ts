// The script tag's entry: the global is the facade itself.
export { default } from './px.js';
