import { Outlet } from "@tanstack/react-router";

import { Palette } from "~/features/search/Palette";

/** What is there on every screen behind the door, in the reader too. */
export function Inside() {
  return (
    <>
      <Outlet />
      <Palette />
    </>
  );
}
