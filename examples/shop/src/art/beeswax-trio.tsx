/** Three candles: short, middling and tall. */
export function BeeswaxTrio() {
  return (
    <>
      <circle className="art-glow" cx="100" cy="52" r="56" />
      <circle className="art-glow" cx="50" cy="92" r="34" />
      <circle className="art-glow" cx="150" cy="76" r="40" />
      <path className="art-flame" d="M100 30c12 15 12 26 0 32-12-6-12-17 0-32Z" />
      <path className="art-flame" d="M150 56c10 13 10 22 0 28-10-6-10-15 0-28Z" />
      <path className="art-flame" d="M50 82c8 11 8 18 0 23-8-5-8-12 0-23Z" />
      <path className="art-line" d="M100 58v12M150 80v10M50 102v8" strokeWidth="3" />
      <path className="art-gold" d="M82 70h36v98H82z" />
      <path
        className="art-gold-2"
        d="M106 70h12v98h-12zM82 70h36v7c-6 0-5 14-10 14s-3-12-9-12-5 18-10 18-7-20-7-20z"
        opacity=".55"
      />
      <path className="art-gold" d="M132 90h36v78h-36z" />
      <path className="art-gold-2" d="M156 90h12v78h-12z" opacity=".55" />
      <path className="art-gold" d="M32 110h36v58H32z" />
      <path className="art-gold-2" d="M56 110h12v58H56z" opacity=".55" />
    </>
  );
}
