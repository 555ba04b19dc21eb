import { connect } from 'node:net';

/** Whether something on the port says `expected` (a regular expression) after being sent `hello`, within a second. */
export function answers(port, hello, expected) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let said = '';
    const end = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => end(false));
    socket.once('error', () => end(false));
    socket.once('connect', () => socket.write(hello));
    socket.on('data', (chunk) => {
      said += chunk.toString('latin1');
      if (expected.test(said)) end(true);
    });
  });
}
