/** The oldest Node of each line that the build tools (Vite, Rolldown) and the packages run on. */
const OLDEST = { 20: 19, 22: 12 };

/** What is wrong with this Node version, or null when it will do. */
export function nodeVersionProblem(version) {
  const [major, minor] = version.split('.').map(Number);
  const oldestMinor = OLDEST[major];
  const fits = oldestMinor === undefined ? major >= 23 : minor >= oldestMinor;
  if (fits) return null;
  return (
    `This is Node ${version}; PX Platform needs Node 20.19 or newer (22.12 or newer of the 22 line).\n` +
    'Install one (https://nodejs.org, or `nvm install 22`) and run the command again.'
  );
}
