import { expect, it } from 'vitest';
import { splitStatements } from './split-statements.js';

it('cuts at semicolons and drops what is empty', () => {
  expect(splitStatements(' SELECT 1;\n\n SELECT 2 ;; ')).toEqual(['SELECT 1', 'SELECT 2']);
  expect(splitStatements('')).toEqual([]);
});

it('leaves semicolons alone in quotes, names and dollar quotes', () => {
  for (const statement of [
    `SELECT 'a;b'`,
    `SELECT 'it''s; fine'`,
    `SELECT "a;b", \`c;d\``,
    `DO $$ BEGIN; END; $$`,
    `DO $body$ SELECT ';'; $$; $body$`,
  ]) {
    expect(splitStatements(`${statement}; SELECT 2;`)).toEqual([statement, 'SELECT 2']);
  }
});

it('drops comments, and reads no quotes or semicolons in them', () => {
  expect(splitStatements("-- it's; here\nSELECT 1; /* and; 'there */ SELECT 2 -- end;")).toEqual([
    'SELECT 1',
    'SELECT 2',
  ]);
});

it('takes no $1 for a dollar quote', () => {
  expect(splitStatements('SELECT $1; SELECT $2')).toEqual(['SELECT $1', 'SELECT $2']);
});
