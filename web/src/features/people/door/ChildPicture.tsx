import type { ReactNode } from "react";

/** The twelve pictures that children choose theirs from, each of a few plain shapes, told apart by form as by colour. */
const DRAWINGS = {
  fox: (
    <>
      <path d="M10 12l13 9h18l13-9-3 24-19 18L13 36z" fill="#e07a3f" />
      <path d="M13 36l19 18 19-18-10 1-9 9-9-9z" fill="#fff6ea" />
      <circle cx="24" cy="32" r="2.6" fill="#33251c" />
      <circle cx="40" cy="32" r="2.6" fill="#33251c" />
      <path d="M28.5 49h7L32 53z" fill="#33251c" />
    </>
  ),
  owl: (
    <>
      <path d="M14 12l9 5h18l9-5v26a18 18 0 0 1-36 0z" fill="#8a6a4f" />
      <circle cx="24" cy="29" r="8" fill="#fff6ea" />
      <circle cx="40" cy="29" r="8" fill="#fff6ea" />
      <circle cx="24" cy="29" r="3.4" fill="#33251c" />
      <circle cx="40" cy="29" r="3.4" fill="#33251c" />
      <path d="M29 36h6l-3 6z" fill="#e8a33d" />
      <path d="M24 47q8 6 16 0" fill="none" stroke="#fff6ea" strokeWidth="2.5" strokeLinecap="round" />
    </>
  ),
  whale: (
    <>
      <path d="M6 36c0-12 10-18 22-18 13 0 18 8 20 14l8-8v16c-4 10-14 14-26 14C16 54 6 48 6 36z" fill="#4f86b5" />
      <path d="M9 42c8 8 26 10 38 1-4 8-12 11-20 11-8 0-15-4-18-12z" fill="#d9ebf5" />
      <circle cx="19" cy="33" r="2.6" fill="#1d2b38" />
      <path d="M28 16c0-5-5-6-7-6m7 6c0-5 5-6 7-6" fill="none" stroke="#4f86b5" strokeWidth="3" strokeLinecap="round" />
    </>
  ),
  dragon: (
    <>
      <path d="M12 40c0-14 8-24 22-24 10 0 18 6 18 15 0 8-7 11-14 11l-4 12H20c-5 0-8-6-8-14z" fill="#5d9c62" />
      <path d="M20 20l2-10 6 7 5-9 3 9 8-5-2 9z" fill="#e8a33d" />
      <circle cx="38" cy="28" r="3" fill="#1f2c20" />
      <path d="M46 36c2 0 5-1 6-3" fill="none" stroke="#1f2c20" strokeWidth="2.4" strokeLinecap="round" />
    </>
  ),
  rocket: (
    <>
      <path d="M32 6c9 7 12 17 12 27l-4 11H24l-4-11C20 23 23 13 32 6z" fill="#f0ece4" stroke="#6b6157" strokeWidth="2" />
      <path d="M20 33l-8 10v8l10-6zm24 0l8 10v8l-10-6z" fill="#c5452a" />
      <circle cx="32" cy="25" r="5.5" fill="#4f86b5" stroke="#6b6157" strokeWidth="2" />
      <path d="M26 46h12l-6 13z" fill="#e8a33d" />
    </>
  ),
  tree: (
    <>
      <path d="M28 38h8v20h-8z" fill="#8a6a4f" />
      <circle cx="32" cy="22" r="15" fill="#5d9c62" />
      <circle cx="20" cy="31" r="10" fill="#4c8653" />
      <circle cx="44" cy="31" r="10" fill="#6fae72" />
      <circle cx="27" cy="19" r="2.5" fill="#d2472c" />
      <circle cx="39" cy="26" r="2.5" fill="#d2472c" />
    </>
  ),
  mushroom: (
    <>
      <path d="M24 34h16l3 20q-11 6-22 0z" fill="#f0ece4" stroke="#b9ad9d" strokeWidth="2" />
      <path d="M6 34C6 18 18 9 32 9s26 9 26 25q-26 7-52 0z" fill="#d2472c" />
      <circle cx="22" cy="22" r="4.5" fill="#fff6ea" />
      <circle cx="38" cy="18" r="4" fill="#fff6ea" />
      <circle cx="46" cy="28" r="3.5" fill="#fff6ea" />
      <circle cx="30" cy="30" r="3" fill="#fff6ea" />
    </>
  ),
  castle: (
    <>
      <path d="M8 20h6v5h5v-5h6v10h14V20h6v5h5v-5h6v36H8z" fill="#9a92a8" />
      <path d="M26 56V44a6 6 0 0 1 12 0v12z" fill="#4a4358" />
      <path d="M32 30V10l12 4-12 5" fill="#d2472c" stroke="#4a4358" strokeWidth="2" />
      <path d="M14 34h5v7h-5zm31 0h5v7h-5z" fill="#4a4358" />
    </>
  ),
  kite: (
    <>
      <path d="M34 6l18 18-24 24L14 22z" fill="#8c6bb1" />
      <path d="M34 6l-3 22 21-4zM31 28l-3 20L14 22z" fill="#e8a33d" />
      <path d="M28 48c-6 4 0 8-6 12" fill="none" stroke="#6b6157" strokeWidth="2.5" strokeLinecap="round" />
      <path d="M22 52l6 3m-8 2l6 2" stroke="#d2472c" strokeWidth="3" strokeLinecap="round" />
    </>
  ),
  snail: (
    <>
      <path d="M4 50c10 6 40 6 50 0 3-6 3-12 2-20l-5 1c1 9-2 12-9 13z" fill="#d7b98a" />
      <circle cx="27" cy="33" r="17" fill="#b5703f" />
      <path d="M27 33m0-4a4 4 0 1 1-4 4 8 8 0 1 1 8 8 12 12 0 1 1 8-11" fill="none" stroke="#f3dfc0" strokeWidth="3" strokeLinecap="round" />
      <path d="M52 31l-4-9m7 8l4-9" stroke="#d7b98a" strokeWidth="3" strokeLinecap="round" />
      <circle cx="48" cy="21" r="2.5" fill="#33251c" />
      <circle cx="59" cy="20" r="2.5" fill="#33251c" />
    </>
  ),
  moon: (
    <>
      <path d="M40 8a25 25 0 1 0 17 36A21 21 0 0 1 40 8z" fill="#e9c86a" />
      <circle cx="24" cy="34" r="3.5" fill="#d0ab49" />
      <circle cx="33" cy="47" r="2.5" fill="#d0ab49" />
      <path d="M50 14l1.6 4.400L56 20l-4.4 1.600L50 26l-1.6-4.400L44 20l4.4-1.600z" fill="#e9c86a" />
    </>
  ),
  pear: (
    <>
      <path d="M32 16c8 0 9 8 11 14 3 7 7 10 7 16 0 8-8 13-18 13s-18-5-18-13c0-6 4-9 7-16 2-6 3-14 11-14z" fill="#a9bf4b" />
      <path d="M32 17c0-5 1-8 4-11" fill="none" stroke="#8a6a4f" strokeWidth="3" strokeLinecap="round" />
      <path d="M35 12c4-5 10-5 13-3-2 5-8 7-13 3z" fill="#5d9c62" />
      <path d="M23 40c0-4 2-7 4-9" fill="none" stroke="#dbe6a0" strokeWidth="3" strokeLinecap="round" />
    </>
  ),
} satisfies Record<string, ReactNode>;

export const PICTURES = Object.keys(DRAWINGS) as (keyof typeof DRAWINGS)[];

/** One of the twelve; decoration, since who uses it says its name beside or in the button around it. */
export function ChildPicture({ name, size = 56 }: { name: keyof typeof DRAWINGS; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 64 64" aria-hidden>
      {DRAWINGS[name]}
    </svg>
  );
}
