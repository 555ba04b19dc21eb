/** Where to listen, and what to tell PX with. Keys and address are printed by `px dev`. */
export const config = {
  port: Number(process.env.PORT ?? 4403),
  endpoint: process.env.PX_ENDPOINT ?? 'http://localhost:4400',
  /** For the page: it can write events, and nothing else. */
  writeKey: process.env.PX_WRITE_KEY ?? '',
  /** For this service: with it events may say whose address and browser they are of. */
  secretKey: process.env.PX_SECRET_KEY ?? '',
};
