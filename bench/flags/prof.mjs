import { evaluate } from '@px-platform/protocol/flags';
import { documentOf, personOf } from './document.mjs';
const document = documentOf(100); const keys = Object.keys(document.features); const people = Array.from({length:1000},(_,i)=>personOf(i));
const run=(n)=>{ for (let i=0;i<n;i++) evaluate(document, keys[i%100], {attributes: people[Math.floor(i/100)%1000]}); };
run(1e5); const c=process.cpuUsage(); run(8e5); const d=process.cpuUsage(c); console.log('cpu us/eval', (d.user/8e5).toFixed(2));
