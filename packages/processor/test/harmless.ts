/** Texts and values as products send them, none of which says anything of a person. Masking must leave each as it is. */
export const HARMLESS: readonly (readonly [key: string, value: unknown])[] = [
  // Orders, prices, amounts.
  ['order_id', '10029384756'], ['order_id', 10029384756], ['order', '112-1234567-1234567'], ['invoice', 'INV-2026-000123'],
  ['receipt', '#555-123-4567'], ['price', '1,234,567.89'], ['price', 'R$ 1.234.567,00'], ['total', '1 234 567 890'],
  ['amount', '$ 555 123 4567.00'], ['amount', 1234567.89], ['quantity', '1000'], ['discount', '99.99%'], ['sku', '0001-123456'],
  ['sku', 'AB-12-345-6789'], ['ean', '4006381333931'], ['isbn', '978-3-16-148410-0'], ['tracking', '1Z999AA10123456784'],
  ['tracking', '9400 1000 0000 0000 0000 00'], ['card', '•••• 4242'], ['coupon', 'SAVE-2026-11'], ['zip', '12345-6789'],
  ['zip_code', '01310-100'], ['cart', 'cart_1764072000_55512'], ['basket_value', '1e+1234567890'], ['rating', '4.5/5'],
  // Ids and hashes.
  ['id', '01912d68-783e-7a03-8467-000000000012'], ['id', '12345678-1234-1234-1234-123456789012'], ['id', 'usr_9f8e7d6c5b4a3210'],
  ['etag', '"33a64df551425fcc55e4d42a148795d9f25f89d4"'], ['commit', '5b45952'], ['session', 's-1764072000000-42'],
  ['object_id', '507f1f77bcf86cd799439011'], ['ulid', '01ARZ3NDEKTSV4RRFFQ69G5FAV'], ['trace', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'],
  ['nanoid', 'V1StGXR8_Z5jdHi6B-myT'], ['mac', '00:1A:2B:3C:4D:5E'], ['slug', 'order-12-99999-8888-x'], ['ga', 'GA1.2.1234567890.1764072000'],
  // Times and dates.
  ['at', '2026-11-25T12:30:00.000Z'], ['at', '2026-11-25 12:30:00'], ['at', '2026-11-25T12:30:00+02:00'], ['at', 1764072000000],
  ['at', '1764072000000'], ['at', '20261125123000'], ['date', '25/11/2026'], ['date', '25.11.2026 14:30'], ['date', '01-12-2026 14:30'],
  ['duration', '12:30:45.123'], ['period', '(10) 2024-2025'], ['season', '11 2024-2025'], ['timezone', 'America/Sao_Paulo'],
  ['opening', '08:00-18:00'], ['timestamps', '1764072000 1764072060 1764072120'], ['year', '2026'], ['range', '2020 - 2026'],
  // Versions, sizes, places.
  ['app_version', '1.2.3.4'], ['version', '140.0.0.1'], ['firmware', '10.0.19045.3803'], ['sdk', 'px/1.2.3.4'], ['package', 'react@18.2.0'],
  ['text', 'version 1.2.3.4 is out'], ['text', 'updated to v1.2.3.4'], ['resolution', '1920x1080'], ['viewport', '1440 900'],
  ['viewbox', '0 0 1920 1080'], ['location', '-23.550520, -46.633308'], ['path', 'M 10 10 L 20 20 L 30 30'], ['ratio', '1.3333333333'],
  ['color', 'rgba(255, 255, 255, 0.5)'], ['hex', '#a1b2c3'], ['pi', '3.14159265358979'], ['bytes', '1048576'],
  ['ua', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'],
  ['ua', 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1'],
  ['ua', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0'],
  ['hint', '"Chromium";v="140", "Not=A?Brand";v="24", "Google Chrome";v="140"'],
  // Addresses of pages, files, code.
  ['url', 'https://shop.example/p/12345-6789?page=2&sort=price&utm_source=mail&utm_medium=email#reviews'],
  ['url', 'https://shop.example/icon@2x.png?v=20261125'], ['url', 'http://localhost:4400/px?q=a%20b+c'], ['url', 'http://127.0.0.1:4400/'],
  ['url', 'https://cdn.example/@scope/pkg@1.2.0/dist/index.js'], ['url', '/products/555-1234/reviews?ids=1,2,3'],
  ['url', 'https://shop.example/search?q=100%25%20cotton&size=m'], ['url', 'https://shop.example/?gclid=Cj0KCQiA5NSdBhDfARIsALzs2EDq_5551234567'],
  ['selector', 'div.row:nth-child(2) > a[href="/cart"]'], ['css', 'a::before { content: "x" }'], ['cpp', 'std::vector<int>::iterator'],
  ['stack', 'TypeError: x is undefined\n    at f (https://shop.example/app.js:120:4567)\n    at g (app.js:7:12345)'],
  ['json', '{"step":2,"ok":true,"at":"2026-11-25"}'], ['query', 'a=1&b=2&c=3'], ['regex', '^[^@]+@[^@]+$'], ['mention', 'thanks @ana and @bob'],
  ['price_list', '100 200 300 400 500'], ['csv', '1,2,3,4,5,6,7,8,9,10'], ['emoji', '👍🏽 100%'], ['text', 'meet @ 5.30 pm'],
  // Keys that sound like it.
  ['email_verified', true], ['email_opt_in', 'weekly'], ['email_subject', 'Your order 10029384756'], ['has_email', 'yes'], ['emails', 3],
  ['phone_model', 'iPhone 14'], ['phone', 'iPhone 14'], ['phone_type', 'smartphone'], ['mobile', true], ['mobile', 'yes'], ['mobile', 'iOS 18'],
  ['tel', 'home'], ['fax', null], ['contact', 'sales'], ['contact', '/contact-us'], ['utm_medium', 'email'], ['channel', 'phone'],
  ['ip_version', '4.0.0.0'], ['shipping', '10.00'], ['recipe', 'cake'], ['phones', 2], ['cell', 'B12'], ['password_length', 12],
  ['locale', 'pt-BR'], ['country', 'BR'], ['currency', 'BRL'], ['plan', 'pro'], ['step', 2], ['query', 'blue shoes size 42'],
  ['text', 'Call of Duty 2 4 6 8'], ['text', 'score 12 345 to 6 789'], ['text', 'between 1990 and 2026'], ['text', 'gate 12, seat 34A'],
  ['text', 'flight 020 to 7946'], ['title', 'Checkout (2 of 3) – Shop'], ['heading', '10 tips for 2026'], ['hours', '24/7/365'],
];
