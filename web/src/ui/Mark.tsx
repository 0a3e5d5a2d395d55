/** The balloon: Fumetto's mark. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
      <path
        fill="var(--accent)"
        d="M16 4C8.3 4 2.5 8.6 2.5 14.6c0 3 1.4 5.6 3.8 7.5L4 28.5l7.8-3.9c1.3.3 2.7.4 4.2.4 7.7 0 13.5-4.5 13.5-10.4S23.7 4 16 4Z"
      />
    </svg>
  );
}
