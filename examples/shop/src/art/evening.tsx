/** The hero's picture: one lit window among hills, at dusk by day and deep in the night by night. */
export function Evening() {
  return (
    <svg
      className="evening"
      viewBox="0 0 1280 460"
      preserveAspectRatio="xMidYMax slice"
      aria-hidden="true"
      focusable="false"
    >
      <defs>
        <linearGradient id="evening-sky" x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stopColor="var(--sky-1)" />
          <stop offset=".6" stopColor="var(--sky-2)" />
          <stop offset="1" stopColor="var(--sky-3)" />
        </linearGradient>
      </defs>
      <rect width="1280" height="460" fill="url(#evening-sky)" />
      <g className="evening-stars">
        <circle cx="86" cy="66" r="2" />
        <circle cx="190" cy="150" r="1.5" />
        <circle cx="318" cy="52" r="2.2" />
        <circle cx="452" cy="118" r="1.4" />
        <circle cx="560" cy="44" r="1.8" />
        <circle cx="676" cy="96" r="1.4" />
        <circle cx="748" cy="34" r="2.4" />
        <circle cx="812" cy="150" r="1.6" />
        <circle cx="884" cy="62" r="1.8" />
        <circle cx="1110" cy="48" r="2" />
        <circle cx="1172" cy="132" r="1.6" />
        <circle cx="1236" cy="70" r="2.2" />
      </g>
      <circle className="evening-halo" cx="1000" cy="116" r="104" />
      <circle className="evening-moon" cx="1000" cy="116" r="54" />
      <path
        className="evening-hill-1"
        d="M0 382c150-44 290-50 440-30s270 6 410-56 300-58 430 6v158H0z"
      />
      <path className="evening-hill-2" d="M0 424c210-46 390-34 560-24s360-92 720-40v100H0z" />
      <g className="evening-house">
        <path d="m846 296 58-42 58 42v74H846z" />
        <path d="M926 256h14v26h-14z" />
      </g>
      <path className="evening-smoke" d="M933 246c-10-14 12-22 2-38s10-20 4-34" />
      <rect className="evening-window" x="884" y="308" width="38" height="36" rx="3" />
      <path className="evening-house" d="M902 306h3v40h-3zM882 325h42v3h-42z" />
      <g className="evening-trees">
        <path d="m1020 372 24-84 24 84zM1062 378l18-62 18 62zM770 374l20-70 20 70z" />
      </g>
      <path className="evening-hill-3" d="M0 448c260-36 520-34 760-20s380-22 520-16v48H0z" />
    </svg>
  );
}
