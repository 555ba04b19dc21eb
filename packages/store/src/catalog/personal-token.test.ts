import { describe, expect, it } from 'vitest';
import { isPersonalToken, personalToken } from './personal-token.js';

const token = (text: string) => personalToken('a secret', text);

describe('given a personal text', () => {
  it('stands in its place as 128 bits that tell nothing, and that are known for what they are', () => {
    expect(token('ana@shop.example')).toMatch(/^h_[A-Za-z0-9_-]{22}$/);
    expect(isPersonalToken(token('ana@shop.example'))).toBe(true);
    expect(isPersonalToken('h_ana@shop.example-padded')).toBe(false);
  });

  it('is another one with another secret', () => {
    expect(personalToken('other', 'ana@shop.example')).not.toBe(token('ana@shop.example'));
  });

  it.each([
    ['an e-mail address in any case', 'Ana@Shop.Example ', 'ana@shop.example'],
    ['a phone number in any dress', '+55 (11) 99999-8888', '5511999998888'],
    ['a phone number as it is dialled', '0055 11 99999 8888', '+5511999998888'],
    ['a number of a person with and without its dots', '123.456.789-09', '12345678909'],
    ['a name, composed and decomposed', 'Jose\u0301', ' José'],
  ])('is the same for %s', (_case, one, other) => {
    expect(token(one)).toBe(token(other));
  });

  it.each([
    ['names in another case', 'Ana', 'ana'],
    ['addresses whose digits run alike', '20.3.113.77', '203.1.13.77'],
    ['short numbers with and without a hyphen', '12-34', '1-234'],
  ])('is not the same for %s', (_case, one, other) => {
    expect(token(one)).not.toBe(token(other));
  });
});
